import { ValidationException } from 'evenkeel'
import { numberOf } from '../addressing/address.ts'
import { containsHost, dhcpRange, parseCidr } from '../addressing/cidr.ts'

/**
 * Makes sure that the address can be the gateway of a subnet.
 *
 * @param cidr the subnet's
 * @param address canonical
 * @throws {ValidationException} it lies outside, or among the addresses that are given out by themselves
 */
export function requireGatewayFits(cidr: string, address: string): void {
  const problem = problemWith(cidr, address)
  if (problem !== undefined) throw new ValidationException({ gateway_address: problem })
}

function problemWith(text: string, address: string): string | undefined {
  const cidr = parseCidr(text)
  if (cidr === undefined || !containsHost(cidr, address))
    return `${address} can't be the gateway of ${text}: it must be one of its addresses, and neither the first nor the last.`
  const dhcp = dhcpRange(cidr)
  const isGivenOut = dhcp !== undefined && isBetween(address, dhcp.first, dhcp.last)
  if (!isGivenOut) return undefined
  return `${address} can't be the gateway of ${text}: the addresses from ${dhcp.first} to ${dhcp.last} are given to servers.`
}

function isBetween(address: string, first: string, last: string): boolean {
  const [number, from, to] = [address, first, last].map(text => numberOf({ version: 4, address: text }))
  return number !== undefined && from !== undefined && to !== undefined && from <= number && number <= to
}
