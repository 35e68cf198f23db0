/**
 * The host name that a public address points back to: the server's name if that is a fully qualified one,
 * else one made from the address.
 */
export function reversePointerFor(address: string, serverName: string): string {
  if (serverName.includes('.')) return serverName
  return `${address.replaceAll(/[.:]/g, '-')}.cust.evenkeel.example`
}
