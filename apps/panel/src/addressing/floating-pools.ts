import { InternalException } from 'evenkeel'
import { addressAt, type Cidr, parseCidr, sizeOf } from './cidr.ts'

/** Where floating addresses of one kind are from. */
export interface FloatingPool {
  /** As records have it: `rma/32`, `global/56`. */
  readonly name: string
  readonly version: 4 | 6
  /** Of each network that it gives. */
  readonly prefixLength: number
  /** How many networks it has to give: `addressOf(0)` up to `addressOf(size - 1)`. */
  readonly size: number
  /** The first address of the network with this number. */
  addressOf(ordinal: number): string
}

/** What is asked for: a single address, or an IPv6 network that is as long as `floatingNetworkLength`. */
export interface FloatingKind {
  readonly version: 4 | 6
  readonly isNetwork: boolean
  /** Null for a global one. */
  readonly region: string | null
}

/** The network in CIDR notation: of a single address, too. */
export function networkOf({ address, prefixLength }: { address: string; prefixLength: number }): string {
  return `${address}/${prefixLength}`
}

/** The prefix length of floating networks. */
export const floatingNetworkLength = 56

// Ranges that nobody routes: for documentation first (RFC 5737, RFC 3849), then those that providers share (RFC 6598).
const pools: readonly FloatingPool[] = [
  pool('rma', 32, ['192.0.2.0/25', '100.64.0.0/16']),
  pool('rma', 128, ['2001:db8:100::/112']),
  pool('rma', 56, ['2001:db8:1000::/36']),
  pool('lpg', 32, ['192.0.2.128/25', '100.65.0.0/16']),
  pool('lpg', 128, ['2001:db8:200::/112']),
  pool('lpg', 56, ['2001:db8:2000::/36']),
  pool('global', 32, ['100.66.0.0/16']),
  pool('global', 128, ['2001:db8::/112']),
  pool('global', 56, ['2001:db8:3000::/36']),
]

const poolsByName: ReadonlyMap<string, FloatingPool> = new Map(pools.map(pool => [pool.name, pool]))

/** @throws {InternalException} the catalogue has a region that no addresses were set aside for */
export function floatingPoolFor({ version, isNetwork, region }: FloatingKind): FloatingPool {
  const length = isNetwork ? floatingNetworkLength : lengthOfOne(version)
  const name = poolName(region ?? 'global', length)
  const found = poolsByName.get(name)
  if (found === undefined) throw new InternalException(`There is no pool ${name} of floating addresses.`)
  return found
}

/** @param ranges are used up one after the other */
function pool(scope: string, prefixLength: number, ranges: readonly string[]): FloatingPool {
  const shares = ranges.map(range => shareOf(range, prefixLength))
  const name = poolName(scope, prefixLength)
  return {
    name,
    version: prefixLength === lengthOfOne(4) ? 4 : 6,
    prefixLength,
    size: shares.reduce((sum, { size }) => sum + size, 0),
    addressOf(ordinal) {
      let left = ordinal
      for (const { cidr, first, size, step } of shares) {
        if (left < size) return addressAt(cidr, BigInt(first + left) * step)
        left -= size
      }
      throw new InternalException(`The pool ${name} of floating addresses has no number ${ordinal}.`)
    },
  }
}

/** The networks of one range: how many there are, the number of the first, and how many addresses each has. */
function shareOf(range: string, prefixLength: number) {
  const cidr = parseCidr(range)
  if (cidr === undefined) throw new InternalException(`${range} is no range of addresses.`)
  const step = sizeOf({ version: cidr.version, prefixLength })
  const count = Number(sizeOf(cidr) / step)
  const [first, last] = unused(cidr, prefixLength)
  return { cidr, step, first, size: count - first - last }
}

/** Single addresses at the ends of a range look like its own, its router's or the one for broadcasts. */
function unused({ version }: Cidr, prefixLength: number): readonly [first: number, last: number] {
  if (prefixLength === floatingNetworkLength) return [0, 0]
  return version === 4 ? [1, 1] : [0x10, 0]
}

function lengthOfOne(version: 4 | 6): number {
  return version === 4 ? 32 : 128
}

function poolName(scope: string, prefixLength: number): string {
  return `${scope}/${prefixLength}`
}
