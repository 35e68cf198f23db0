import { z } from 'zod'
import type { CreateNetworkRequest } from '../actions/create-network.ts'
import { zones } from '../catalogue.ts'
import { choice, text, truth, wholeNumber } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

/** In bytes: what IPv6 asks for at least (RFC 8200), and what the switches pass on at most. */
const mtu = wholeNumber({ min: 1280, max: 9000 })

export const createNetworkBody = z.object({
  name: text(),
  zone: choice(zones).optional(),
  mtu: mtu.default(9000),
  auto_create_ipv4_subnet: truth.default(true),
  tags: tagsField.default({}),
})

export const patchNetworkBody = z.object({
  name: text().optional(),
  mtu: mtu.optional(),
  tags: tagsField.optional(),
})

/**
 * The network that a request's body asks for, with all that it leaves open decided.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateNetwork(
  value: unknown,
  { newUuid, projectId, defaultZone, createdAt }: NewObjectContext,
): CreateNetworkRequest {
  const {
    zone = defaultZone,
    auto_create_ipv4_subnet: hasSubnet,
    ...body
  } = validate(createNetworkBody, value)
  return {
    ...body,
    uuid: newUuid(),
    projectId,
    zone,
    subnetUuid: hasSubnet ? newUuid() : undefined,
    createdAt,
  }
}

/**
 * What a request's body changes about a network.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchNetwork(value: unknown): z.output<typeof patchNetworkBody> {
  return validate(patchNetworkBody, value)
}
