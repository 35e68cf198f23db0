import { isIP, SocketAddress } from 'node:net'

/** The one way in which the cloud writes an address, so that two ways of writing it are one address; undefined if it is none. */
export function canonicalAddress(text: string): { version: 4 | 6; address: string } | undefined {
  const version = isIP(text)
  // A zone such as %eth0 says where an address holds, not which it is.
  if ((version !== 4 && version !== 6) || text.includes('%')) return undefined
  const { address } = new SocketAddress({ address: text, family: version === 4 ? 'ipv4' : 'ipv6' })
  return { version, address }
}
