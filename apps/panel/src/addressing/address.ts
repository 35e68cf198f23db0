import { isIP, SocketAddress } from 'node:net'

/** An address in its canonical form: `203.0.113.7`, `2001:db8::1`. */
export interface Address {
  readonly version: 4 | 6
  readonly address: string
}

/** The one way in which an address is written, so that two ways of writing it are one address; undefined if it is none. */
export function canonicalAddress(text: string): Address | undefined {
  const version = isIP(text)
  // A zone such as %eth0 says where an address holds, not which it is.
  if ((version !== 4 && version !== 6) || text.includes('%')) return undefined
  const { address } = new SocketAddress({ address: text, family: version === 4 ? 'ipv4' : 'ipv6' })
  return { version, address }
}

/** The bits of an address as a number, to calculate with. */
export function numberOf({ version, address }: Address): bigint {
  if (version === 4) return joined(address.split('.').map(Number), 8n)
  const [head = '', tail] = withoutDots(address).split('::')
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')]
  const between = tail === undefined ? [] : Array<number>(8 - left.length - right.length).fill(0)
  return joined([...left, ...between, ...right], 16n)
}

/** The address that has these bits. */
export function addressOf(version: 4 | 6, number: bigint): Address {
  if (version === 4) return { version, address: split(number, 4, 8n).join('.') }
  const groups = split(number, 8, 16n).map(group => group.toString(16))
  return canonicalAddress(groups.join(':')) as Address
}

/** The last 32 bits of some addresses of IPv6 are written like one of IPv4: `::ffff:192.0.2.1`. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes) => {
    const [a, b, c, d] = bytes.map(Number) as [number, number, number, number]
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16))
}

function joined(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((number, part) => (number << bits) | BigInt(part), 0n)
}

function split(number: bigint, count: number, bits: bigint): readonly number[] {
  return Array.from({ length: count }, (_, at) =>
    Number(BigInt.asUintN(Number(bits), number >> (bits * BigInt(count - 1 - at)))),
  )
}
