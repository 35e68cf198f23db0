import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { canonicalAddress } from '../../../addressing/address.ts'
import { expectedStatus, unusable } from './image-source.ts'
import { isPublicAddress } from './public-address.ts'

/** An address that a host was found at. */
export interface HostAddress {
  readonly address: string
  readonly family: number
}

export interface HostRules {
  /** Host names and addresses that may be asked although they aren't on the public internet. */
  readonly internalHosts: ReadonlySet<string>
  /** Whether a host whose name leads nowhere counts as one that has nothing: where there is no internet at all. */
  readonly isUnknownHostEmpty: boolean
  /** Finds a host's addresses. @default the system's resolver */
  readonly resolve: (host: string) => Promise<readonly HostAddress[]>
  /** The addresses of the machine itself. @default those of its network interfaces */
  readonly ownAddresses: () => readonly string[]
}

export const systemResolver: HostRules['resolve'] = host => lookup(host, { all: true })

export const addressesOfInterfaces: HostRules['ownAddresses'] = () =>
  Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address))

/**
 * The addresses of a host that may be connected to. Only these are: a name that is looked up a second time may lead
 * somewhere else by then.
 *
 * @throws {ImageSourceException} the host is unknown, or inside
 */
export async function reachableAddresses(url: URL, rules: HostRules): Promise<readonly HostAddress[]> {
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolved(host, rules) : [{ address: host, family: isIP(host) }]
  const { internalHosts } = rules
  if (internalHosts.has(host)) return addresses
  // What a firewall keeps others from, the machine itself reaches, at its public address, too.
  const own = new Set(rules.ownAddresses().map(canonical))
  const reachable = addresses.filter(({ address }) => {
    const known = canonical(address)
    return internalHosts.has(known) || (isPublicAddress(known) && !own.has(known))
  })
  // Where it leads is nobody's business who can't know it.
  if (reachable.length === 0) throw unusable(`The host ${host} is not on the public internet.`)
  return reachable
}

function canonical(address: string): string {
  return canonicalAddress(address)?.address ?? address
}

/** As it is found in lists of hosts: without the brackets of IPv6 and the dot at the end. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

/** What a connection asks instead of the system's resolver. */
export function lookupIn(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, options, answer) => {
    const [first] = addresses
    if (options.all === true || first === undefined) answer(null, [...addresses])
    else answer(null, first.address, first.family)
  }
}

async function resolved(host: string, { resolve, isUnknownHostEmpty }: HostRules) {
  try {
    return await resolve(host)
  } catch (thrown) {
    throw unusable(isUnknownHostEmpty ? expectedStatus(404) : `The host ${host} could not be found.`, thrown)
  }
}
