import { ValidationException } from 'evenkeel'
import { requireSettled } from '../records/busy.ts'
import { requireReference } from '../records/reference.ts'
import { type ServerRecord, serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { nextPosition, requireRoomForVolume, volumeRecords } from '../records/volumes.ts'

/** The server that a volume is to be attached to, as a request names it. */
export interface ServerReference {
  readonly uuid: string
  /** The field's: `servers[0]`. */
  readonly path: string
}

/** What an action has to hold that attaches to the server. Another project's is never touched: it is refused at the admission. */
export async function lockOfServer(db: Db, projectId: string, uuid: string): Promise<readonly string[]> {
  return (await serverRecords.find(db, projectId, uuid)) === undefined ? [] : [`server:${uuid}`]
}

/**
 * The server for a volume in this zone.
 *
 * @throws {ValidationException} the project has no such server, or it is in another zone
 * @throws {ObjectBusyException} an action runs on the server
 * @throws {VolumesPerServerException} it has as many volumes as it can have
 */
export async function requireServerForVolume(
  db: Db,
  projectId: string,
  { uuid, path }: ServerReference,
  zone: string,
): Promise<ServerRecord> {
  const server = await requireReference(db, serverRecords, projectId, uuid, path)
  if (server.zone !== zone)
    throw new ValidationException({
      [path]: `Server '${server.name}' is in zone ${server.zone}, and the volume in zone ${zone}: both must be in the same one.`,
    })
  await requireSettled(db, serverRecords, server)
  await requireRoomForVolume(db, uuid)
  return server
}

/** Writes down that the server has the volume: as its last one, and unless either was deleted meanwhile. */
export async function recordAttached(db: Db, volumeUuid: string, serverUuid: string): Promise<void> {
  const server = await serverRecords.findAny(db, serverUuid)
  const isThere = server?.deletedAt === null
  await volumeRecords.update(
    db,
    volumeUuid,
    isThere
      ? { serverUuid, position: await nextPosition(db, serverUuid) }
      : { serverUuid: null, position: 0 },
  )
}
