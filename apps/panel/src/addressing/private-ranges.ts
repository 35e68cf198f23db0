import { type Cidr, isWithin, overlap, parseCidr, sizeOf } from './cidr.ts'

/**
 * The ranges that nobody routes in public (RFC 1918), and that tenants' networks are made of: in this order a network that
 * isn't told its range is given one.
 */
const privateRanges: readonly Cidr[] = ['172.16.0.0/12', '192.168.0.0/16', '10.0.0.0/8'].map(
  text => parseCidr(text) as Cidr,
)

/** Whether all its addresses are private. */
export function isPrivate(cidr: Cidr): boolean {
  return privateRanges.some(range => isWithin(cidr, range))
}

/**
 * The lowest private range of 256 addresses that has none in common with those in use, so that their networks can be
 * joined one day; where all are in use, the lowest of all, since networks are apart.
 */
export function unusedPrivateRange(used: readonly Cidr[]): Cidr {
  const inOrder = used.toSorted((one, other) => (one.first < other.first ? -1 : 1))
  for (const range of privateRanges) {
    let candidate = lowest256Of(range)
    for (const taken of inOrder) {
      if (overlap(taken, candidate)) candidate = { ...candidate, first: taken.first + sizeOf(taken) }
    }
    if (isWithin(candidate, range)) return candidate
  }
  return lowest256Of(privateRanges[0] as Cidr)
}

function lowest256Of(range: Cidr): Cidr {
  return { ...range, prefixLength: 24 }
}
