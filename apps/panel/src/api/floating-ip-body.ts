import { z } from 'zod'
import { type ChangeFloatingIpRequest, onlyForOneAddress } from '../actions/change-floating-ip.ts'
import type { CreateFloatingIpRequest } from '../actions/create-floating-ip.ts'
import type { Target } from '../actions/target.ts'
import { floatingNetworkLength } from '../addressing/floating-pools.ts'
import { regionOf, regions } from '../catalogue.ts'
import { choice, hostName, uuid } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate, wrongField } from './validate.ts'

/** One of a few numbers, which forms send as texts. */
function oneOf<const Choice extends number>(...choices: readonly Choice[]) {
  return z.preprocess(
    given => choices.find(choice => String(choice) === given) ?? given,
    z.literal(choices as readonly [Choice, ...Choice[]]),
  )
}

export const createFloatingIpBody = z.object({
  ip_version: oneOf(4, 6),
  type: choice(['regional', 'global']).default('regional'),
  region: choice(regions.map(({ slug }) => slug)).optional(),
  prefix_length: oneOf(floatingNetworkLength).optional(),
  server: uuid.optional(),
  load_balancer: uuid.optional(),
  reverse_ptr: hostName.optional(),
  tags: tagsField.default({}),
})

export const patchFloatingIpBody = z.object({
  server: uuid.optional(),
  load_balancer: uuid.optional(),
  reverse_ptr: hostName.optional(),
  tags: tagsField.optional(),
})

/**
 * The floating IP that a request's body asks for, with all that it leaves open decided.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateFloatingIp(
  value: unknown,
  { newUuid, projectId, defaultZone, createdAt }: NewObjectContext,
): CreateFloatingIpRequest {
  const body = validate(createFloatingIpBody, value)
  const { ip_version: version, type, region, prefix_length: prefixLength } = body
  const { server, load_balancer: loadBalancer, reverse_ptr: reversePtr, tags } = body
  if (type === 'global' && region !== undefined)
    throw wrongField('region', 'Must not be given with the type global: such a floating IP has no region.')
  if (prefixLength !== undefined && version === 4)
    throw wrongField('prefix_length', 'Must not be given with ip_version 4: there are single addresses only.')
  if (prefixLength !== undefined && reversePtr !== undefined)
    throw wrongField('reverse_ptr', onlyForOneAddress)
  requireOneTarget(body)
  return {
    uuid: newUuid(),
    projectId,
    version,
    isNetwork: prefixLength !== undefined,
    region: type === 'global' ? null : (region ?? regionOf(defaultZone)),
    server,
    loadBalancer,
    reversePtr,
    tags,
    createdAt,
  }
}

/**
 * What a request's body changes about a floating IP.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchFloatingIp(value: unknown): Omit<ChangeFloatingIpRequest, keyof Target> {
  refuseUnassigning(value)
  const body = validate(patchFloatingIpBody, value)
  requireOneTarget(body)
  const { server, load_balancer: loadBalancer, reverse_ptr: reversePtr, tags } = body
  return { server, loadBalancer, reversePtr, labels: tags === undefined ? {} : { tags } }
}

// Before null is taken for "not given", as it is everywhere else.
function refuseUnassigning(value: unknown): void {
  const { server, load_balancer: loadBalancer } = {
    ...(value as { server?: unknown; load_balancer?: unknown }),
  }
  if ((server ?? null) !== null || (loadBalancer ?? null) !== null) return
  const field = server === null ? 'server' : loadBalancer === null ? 'load_balancer' : undefined
  if (field === undefined) return
  throw wrongField(
    field,
    'A floating IP can not be unassigned: assign it to another server or load balancer, or delete it. It is unassigned when what it leads to is deleted.',
  )
}

function requireOneTarget(body: { server?: string | undefined; load_balancer?: string | undefined }): void {
  if (body.server !== undefined && body.load_balancer !== undefined)
    throw wrongField('load_balancer', 'Must not be given together with server: it leads to one of them.')
}
