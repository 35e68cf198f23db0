import { ConflictException, NotFoundException } from 'evenkeel'
import { sql } from 'kysely'
import { type OwnedRecord, owned } from './owned.ts'
import { type Places, prepared } from './prepared.ts'
import type { Db, VolumesTable } from './tables.ts'

export type VolumeType = VolumesTable['type']

/** A volume as its owner knows it. */
export interface VolumeRecord extends OwnedRecord {
  /** The server that it is attached to. */
  readonly serverUuid: string | null
  readonly name: string
  readonly sizeGb: number
  readonly type: VolumeType
  readonly zone: string
  /** Whether its server boots from it: such a volume lives and dies with the server. */
  readonly isRoot: boolean
  /** The place among its server's volumes; the root volume is at 0. */
  readonly position: number
  readonly status: 'changing' | 'ready'
  /** The snapshot that it is just being made of. */
  readonly snapshotUuid: string | null
  readonly cloudVolumeId: string | null
}

/** No such volume in the caller's project. */
export class VolumeNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

/** A root volume lives and dies with its server. */
export class RootVolumeException extends ConflictException<{ uuid: string }> {
  constructor({ name, uuid }: VolumeRecord) {
    super(
      `Volume '${name}' is the root volume of a server: it can't be detached, and is deleted together with the server.`,
      { data: { uuid } },
    )
  }
}

/** How many volumes a server can have, its root volume included. */
export const volumesPerServerMax = 128

/** A server has as many volumes as it can have. */
export class VolumesPerServerException extends ConflictException<{ server: string; limit: number }> {
  constructor(server: string) {
    super(
      `Due to internal limitations, it is currently not possible to attach more than ${volumesPerServerMax} volumes.`,
      { data: { server, limit: volumesPerServerMax } },
    )
  }
}

/** @throws {RootVolumeException} it is a root volume */
export function requireNotRoot(volume: VolumeRecord): void {
  if (volume.isRoot) throw new RootVolumeException(volume)
}

export const volumeRecords = owned<VolumeRecord>({
  table: 'volumes',
  kind: 'volume',
  label: 'Volume',
  notFound: (uuid, detail) => new VolumeNotFoundException(uuid, detail),
})

/**
 * Only within the database transaction of an action that holds the server: otherwise two may find room.
 *
 * @throws {VolumesPerServerException} the server has as many volumes as it can have
 */
export async function requireRoomForVolume(db: Db, serverUuid: string): Promise<void> {
  const { length } = await volumesOfServer(db, serverUuid)
  if (length >= volumesPerServerMax) throw new VolumesPerServerException(serverUuid)
}

/** The place for one more volume of a server, behind the others. */
export async function nextPosition(db: Db, serverUuid: string): Promise<number> {
  const last = (await volumesOfServer(db, serverUuid)).at(-1)
  return (last?.position ?? -1) + 1
}

/** Those that are just being made of a snapshot, which must stay as long: also those that were deleted meanwhile. */
export async function volumesBeingMadeOf(db: Db, snapshotUuid: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('volumes')
    .select('uuid')
    .where('snapshotUuid', '=', snapshotUuid)
    .execute()
  return rows.map(({ uuid }) => uuid)
}

/** A server's live volumes: the root volume first. */
export async function volumesOfServer(db: Db, serverUuid: string): Promise<readonly VolumeRecord[]> {
  return inPlace(await volumeRecords.listWhere(db, 'serverUuid', serverUuid))
}

/** A volume as its server is shown with it. */
export type AttachedVolume = Pick<VolumeRecord, (typeof attached)[number]>

const attached = ['uuid', 'name', 'type', 'sizeGb', 'serverUuid'] as const

/** The attached volumes of a project, by the server's uuid, in each one's order. */
export async function volumesByServer(
  db: Db,
  projectId: string,
): Promise<ReadonlyMap<string, readonly AttachedVolume[]>> {
  return Map.groupBy(await attachedIn(db, { projectId }), ({ serverUuid }) => serverUuid ?? '')
}

const attachedIn = prepared((db: Db, { projectId }: Places<{ projectId: string }>) =>
  db
    .selectFrom('volumes')
    .select(attached)
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .where('serverUuid', 'is not', null)
    .orderBy('position')
    .orderBy('createdAt')
    .orderBy(sql`rowid`),
)

function inPlace(volumes: readonly VolumeRecord[]): readonly VolumeRecord[] {
  return volumes.toSorted((one, other) => one.position - other.position)
}
