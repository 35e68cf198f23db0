import { canonicalAddress } from '../../../addressing/address.ts'
import { type Cidr, containsAddress, parseCidr } from '../../../addressing/cidr.ts'

/** What isn't routed in public, or leads back into a network of somebody's own (RFC 6890, and what came after it). */
const notPublic: readonly Cidr[] = ranges(
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by a provider and its customers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local: clouds tell servers their secrets there
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocols' own
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays to IPv6
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocols' own, Teredo among them
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: holds an address of IPv4
  '3fff::/20', // documentation
)

/**
 * All that IPv6 gives out to be routed in public. Everything else is refused without a list: loopback, link-local, unique-local,
 * multicast, and whatever holds an address of IPv4 that could be anybody's.
 */
const globalUnicast = ranges('2000::/3')

/** Whether an address is on the public internet, however it is written. What isn't an address is not. */
export function isPublicAddress(text: string): boolean {
  const address = canonicalAddress(text)
  if (address === undefined) return false
  const isWithinAny = (candidates: readonly Cidr[]) =>
    candidates.some(range => containsAddress(range, address.address))
  return (address.version === 4 || isWithinAny(globalUnicast)) && !isWithinAny(notPublic)
}

function ranges(...texts: readonly string[]): readonly Cidr[] {
  return texts.map(text => parseCidr(text) as Cidr)
}
