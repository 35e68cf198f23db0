import { ConflictException } from 'evenkeel'
import { type FloatingIpRecord, floatingIpRecords, floatingIpsOfServer } from './floating-ips.ts'
import type { ServerRecord } from './servers.ts'
import type { Db } from './tables.ts'

/** A server can't lose an address that a floating IP leads to. */
export class AddressIsNextHopException extends ConflictException<{
  uuid: string
  floatingIps: readonly string[]
}> {
  constructor({ uuid, name }: ServerRecord, floatingIps: readonly FloatingIpRecord[]) {
    const networks = floatingIps.map(floatingIpRecords.nameOf)
    const all = floatingIps.map(
      floatingIp => `${floatingIpRecords.nameOf(floatingIp)} to ${floatingIp.nextHop}`,
    )
    super(
      `Server '${name}' would lose an address that floating IPs lead to: ${all.join(', ')}. Assign them to another server first, or delete them.`,
      { data: { uuid, floatingIps: networks } },
    )
  }
}

/** @throws {AddressIsNextHopException} a floating IP leads to one of the server's addresses that it is to lose */
export async function requireNoNextHop(
  db: Db,
  server: ServerRecord,
  addresses: readonly string[],
): Promise<void> {
  const floatingIps = await floatingIpsOfServer(db, server.uuid)
  const leading = floatingIps.filter(
    ({ nextHop, deletedAt }) => deletedAt === null && nextHop !== null && addresses.includes(nextHop),
  )
  if (leading.length > 0) throw new AddressIsNextHopException(server, leading)
}
