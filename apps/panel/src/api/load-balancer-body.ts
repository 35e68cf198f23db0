import { z } from 'zod'
import type { CreateLoadBalancerRequest } from '../actions/create-load-balancer.ts'
import type { CreatePoolRequest } from '../actions/load-balancer-pool.ts'
import { loadBalancerFlavors, zones } from '../catalogue.ts'
import { balancingAlgorithms, poolProtocols } from '../cloud/load-balancers.ts'
import type { Labels } from '../records/labels.ts'
import { choice, expected, ipAddress, text, uuid } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

const vipAddressesMax = 8

export const createLoadBalancerBody = z.object({
  name: text(),
  flavor: choice(loadBalancerFlavors.map(({ slug }) => slug)),
  zone: choice(zones).optional(),
  vip_addresses: z
    .array(z.object({ subnet: uuid, address: ipAddress.optional() }))
    .max(vipAddressesMax, `At most ${vipAddressesMax} addresses can be given.`)
    .default([]),
  tags: tagsField.default({}),
})

export const createPoolBody = z.object({
  name: text(),
  load_balancer: uuid,
  algorithm: expected('algorithm', balancingAlgorithms),
  protocol: expected('protocol', poolProtocols),
  tags: tagsField.default({}),
})

export const patchLabelsBody = z.object({ name: text().optional(), tags: tagsField.optional() })

/**
 * The load balancer that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateLoadBalancer(
  value: unknown,
  { newUuid, projectId, defaultZone, createdAt }: NewObjectContext,
): Omit<CreateLoadBalancerRequest, 'changingMs'> {
  const { zone = defaultZone, vip_addresses, ...body } = validate(createLoadBalancerBody, value)
  const vipAddresses = vip_addresses.map(({ subnet: subnetUuid, address }) => ({ subnetUuid, address }))
  return { ...body, uuid: newUuid(), projectId, zone, vipAddresses, createdAt }
}

/**
 * The pool that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreatePool(
  value: unknown,
  { newUuid, projectId, createdAt }: NewObjectContext,
): CreatePoolRequest {
  const { load_balancer: loadBalancerUuid, ...body } = validate(createPoolBody, value)
  return { ...body, uuid: newUuid(), projectId, loadBalancerUuid, createdAt }
}

/**
 * What a request's body changes about a load balancer or a pool.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchLabels(value: unknown): Labels {
  return validate(patchLabelsBody, value)
}
