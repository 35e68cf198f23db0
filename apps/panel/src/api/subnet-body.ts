import { z } from 'zod'
import type { ChangeSubnetRequest } from '../actions/change-subnet.ts'
import type { CreateSubnetRequest } from '../actions/create-subnet.ts'
import { type Address, canonicalAddress } from '../addressing/address.ts'
import { formatCidr, parseCidr } from '../addressing/cidr.ts'
import { isPrivate } from '../addressing/private-ranges.ts'
import { uuid } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

/** The fields that are lists: in a form, one alone is sent like a single value. */
export const subnetLists: readonly string[] = ['dns_servers']

const cidr = z.string().transform((text, context) => {
  const range = parseCidr(text)
  if (range === undefined) {
    context.addIssue('Enter a valid network address in CIDR notation, such as 10.0.0.0/24.')
    return z.NEVER
  }
  if (!isPrivate(range)) {
    context.addIssue('Must be in a private IPv4 range: 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.')
    return z.NEVER
  }
  if (range.prefixLength > 24) {
    context.addIssue('Must be at least a /24.')
    return z.NEVER
  }
  return formatCidr(range)
})

const ipv4Address = address(({ version }) => version === 4, 'Enter a valid IPv4 address.')
const nameServer = address(isNameServer, 'Enter a valid IP address of a name server.')

const dnsServers = z
  .array(nameServer)
  .max(10, 'At most 10 servers can be given.')
  .refine(servers => new Set(servers).size === servers.length, 'Give each server once.')

export const createSubnetBody = z.object({
  network: uuid,
  cidr,
  gateway_address: ipv4Address.optional(),
  dns_servers: dnsServers.optional(),
  tags: tagsField.default({}),
})

export const patchSubnetBody = z.object({
  gateway_address: ipv4Address.nullable().optional(),
  dns_servers: dnsServers.nullable().optional(),
  tags: tagsField.optional(),
})

/**
 * The subnet that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateSubnet(
  value: unknown,
  { newUuid, projectId, createdAt }: NewObjectContext,
): CreateSubnetRequest {
  const { network, cidr, gateway_address, dns_servers, tags } = validate(createSubnetBody, value)
  return {
    uuid: newUuid(),
    projectId,
    networkUuid: network,
    cidr,
    gatewayAddress: gateway_address ?? null,
    dnsServers: dns_servers ?? null,
    tags,
    createdAt,
  }
}

/**
 * What a request's body changes about a subnet: here `null` takes the gateway away, and goes back to the provider's name
 * servers.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchSubnet(
  value: unknown,
): Pick<ChangeSubnetRequest, 'gatewayAddress' | 'dnsServers' | 'tags'> {
  const nullable = ['gateway_address', 'dns_servers']
  const { gateway_address, dns_servers, tags } = validate(patchSubnetBody, value, { nullable })
  return { gatewayAddress: gateway_address, dnsServers: dns_servers, tags }
}

/** An address in its canonical form. */
function address(isWanted: (address: Address) => boolean, message: string) {
  return z.string().transform((text, context) => {
    const canonical = canonicalAddress(text)
    if (canonical !== undefined && isWanted(canonical)) return canonical.address
    context.addIssue(message)
    return z.NEVER
  })
}

/** Neither an address for all or none, nor one that is a server's own. */
function isNameServer({ version, address }: Address): boolean {
  if (version === 6) return !/^(::1?|ff.*)$/.test(address)
  const [first = 0] = address.split('.').map(Number)
  return first > 0 && first !== 127 && first < 224
}
