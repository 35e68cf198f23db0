import { ValidationException } from 'evenkeel'
import { regionOf } from '../catalogue.ts'
import { addressesOfServer } from '../records/addresses.ts'
import { requireSettled } from '../records/busy.ts'
import { requireReference } from '../records/reference.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'

/** What a floating IP is to lead to. */
export interface FloatingIpTarget {
  readonly serverUuid: string
  readonly serverName: string
  /** Its first public address of the floating IP's version. */
  readonly nextHop: string
}

/**
 * The server that a floating IP is to be assigned to.
 *
 * @throws {ValidationException} the project has no such server, or one that can't have this floating IP
 * @throws {ObjectBusyException} an action runs on the server
 */
export async function requireFloatingIpTarget(
  db: Db,
  projectId: string,
  serverUuid: string,
  { version, region }: { readonly version: 4 | 6; readonly region: string | null },
): Promise<FloatingIpTarget> {
  const server = await requireReference(db, serverRecords, projectId, serverUuid, 'server')
  const { name, zone } = server
  const serverRegion = regionOf(zone)
  if (region !== null && region !== serverRegion) {
    throw new ValidationException({
      server: `Server '${name}' is in region ${serverRegion}, and the floating IP in region ${region}. Choose a server of that region, or make a floating IP in the server's region or a global one.`,
    })
  }
  await requireSettled(db, serverRecords, server)
  const addresses = await addressesOfServer(db, serverUuid)
  const nextHop = addresses.find(address => address.version === version)?.address
  if (nextHop === undefined) {
    throw new ValidationException({
      server: `Server '${name}' has no public IPv${version} address that a floating IP could lead to. Give it a public interface with IPv${version} first, or choose another server.`,
    })
  }
  return { serverUuid, serverName: name, nextHop }
}
