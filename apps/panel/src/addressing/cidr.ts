import { InternalException } from 'evenkeel'
import { type Address, addressOf, canonicalAddress, numberOf } from './address.ts'

/** All addresses that begin with the same bits: `10.0.0.0/24`, `2001:db8:1::/56`. */
export interface Cidr {
  readonly version: 4 | 6
  /** How many bits they share. */
  readonly prefixLength: number
  /** The first of them, as a number. */
  readonly first: bigint
}

/** Reads CIDR notation; undefined if it is none, or if its address isn't the first of the range, as in `10.0.0.1/24`. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const canonical = canonicalAddress(address)
  const prefixLength = Number(length)
  if (canonical === undefined || prefixLength > bitsOf(canonical)) return undefined
  const cidr = { version: canonical.version, prefixLength, first: numberOf(canonical) }
  return cidr.first % sizeOf(cidr) === 0n ? cidr : undefined
}

/** The canonical way of writing it. */
export function formatCidr(cidr: Cidr): string {
  return `${networkAddress(cidr)}/${cidr.prefixLength}`
}

/** How many addresses there are, the network's own and the one for broadcasts included. */
export function sizeOf(cidr: Pick<Cidr, 'version' | 'prefixLength'>): bigint {
  return 1n << BigInt(bitsOf(cidr) - cidr.prefixLength)
}

/** The first address. */
export function networkAddress(cidr: Cidr): string {
  return addressAt(cidr, 0)
}

/** The last address of a range of IPv4 that is large enough to have one for broadcasts, as IPv6 never has. */
export function broadcastAddress(cidr: Cidr): string | undefined {
  return cidr.version === 4 && cidr.prefixLength < 31 ? addressAt(cidr, sizeOf(cidr) - 1n) : undefined
}

/** The address with this number, counted from 0. @throws {InternalException} there are not as many */
export function addressAt(cidr: Cidr, index: number | bigint): string {
  const offset = BigInt(index)
  if (offset < 0n || offset >= sizeOf(cidr)) {
    throw new InternalException(`${formatCidr(cidr)} has no address number ${index}.`)
  }
  return addressOf(cidr.version, cidr.first + offset).address
}

/** Whether it is one of the addresses, however it is written. */
export function containsAddress(cidr: Cidr, address: string): boolean {
  const canonical = canonicalAddress(address)
  if (canonical?.version !== cidr.version) return false
  const offset = numberOf(canonical) - cidr.first
  return offset >= 0n && offset < sizeOf(cidr)
}

/** Whether it is an address that something on the network can have: neither the network's own nor the one for broadcasts. */
export function containsHost(cidr: Cidr, address: string): boolean {
  if (!containsAddress(cidr, address)) return false
  if (sizeOf(cidr) <= 2n) return true
  const canonical = canonicalAddress(address)?.address
  return canonical !== networkAddress(cidr) && canonical !== broadcastAddress(cidr)
}

/** Whether every address of the one is one of the other. */
export function isWithin(inner: Cidr, outer: Cidr): boolean {
  return inner.prefixLength >= outer.prefixLength && overlap(inner, outer)
}

/** Whether they have an address in common. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return (
    one.version === other.version &&
    one.first < other.first + sizeOf(other) &&
    other.first < one.first + sizeOf(one)
  )
}

export interface AddressRange {
  readonly first: string
  readonly last: string
}

/**
 * The addresses that are given out by themselves: .101 to .254 of the lowest 256. Undefined for IPv6, and for a range
 * that has fewer.
 */
export function dhcpRange(cidr: Cidr): AddressRange | undefined {
  if (cidr.version === 6 || cidr.prefixLength > 24) return undefined
  return { first: addressAt(cidr, 101), last: addressAt(cidr, 254) }
}

function bitsOf({ version }: Pick<Address, 'version'>): number {
  return version === 4 ? 32 : 128
}
