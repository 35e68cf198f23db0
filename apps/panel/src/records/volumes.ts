import { ConflictException, NotFoundException } from 'evenkeel'
import type { Selectable, Updateable } from 'kysely'
import { findGone } from './gone.ts'
import type { Db, VolumesTable } from './tables.ts'
import { conditionsOf, type ListFilter, type Tags } from './tags.ts'

export type VolumeType = VolumesTable['type']

/** A volume as its owner knows it. */
export interface VolumeRecord {
  readonly uuid: string
  readonly projectId: string
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
  readonly tags: Tags
  readonly createdAt: string
  readonly deletedAt: string | null
  readonly cloudVolumeId: string | null
}

/** A volume beside the name of the server that it is attached to. */
export interface VolumeWithServer extends VolumeRecord {
  readonly serverName: string | null
}

/** What may change about a volume. */
export type VolumeChanges = Partial<
  Pick<VolumeRecord, 'serverUuid' | 'name' | 'sizeGb' | 'position' | 'status' | 'tags' | 'cloudVolumeId'>
>

/** No such volume in the caller's project. */
export class VolumeNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

/** A root volume lives and dies with its server. */
export class RootVolumeException extends ConflictException<{ uuid: string }> {
  constructor(volume: VolumeRecord) {
    super(
      `Volume '${volume.name}' is the root volume of a server, and is deleted together with it: delete the server.`,
      {
        data: { uuid: volume.uuid },
      },
    )
  }
}

/** @throws {RootVolumeException} it is a root volume */
export function requireNotRoot(volume: VolumeRecord): void {
  if (volume.isRoot) throw new RootVolumeException(volume)
}

export async function insertVolumes(db: Db, volumes: readonly VolumeRecord[]): Promise<void> {
  for (const { tags, isRoot, ...plain } of volumes) {
    await db
      .insertInto('volumes')
      .values({ ...plain, isRoot: isRoot ? 1 : 0, tagsJson: JSON.stringify(tags) })
      .execute()
  }
}

/** The project's live volume with this uuid. Nobody ever finds another project's. */
export async function findVolume(
  db: Db,
  projectId: string,
  uuid: string,
): Promise<VolumeWithServer | undefined> {
  const row = await liveVolumes(db, projectId).where('volumes.uuid', '=', uuid).executeTakeFirst()
  return row && { ...toVolume(row), serverName: row.serverName }
}

/**
 * The project's live volume with this uuid.
 *
 * @throws {VolumeNotFoundException} there is none
 */
export async function requireVolume(
  db: Db,
  projectId: string,
  uuid: string,
  nowMs: number,
): Promise<VolumeWithServer> {
  const volume = await findVolume(db, projectId, uuid)
  if (volume !== undefined) return volume
  const gone = await findGone(db, projectId, uuid, nowMs)
  throw new VolumeNotFoundException(uuid, gone?.detail ?? 'Not found.')
}

/** The project's live volumes, oldest first, and a server's in their order. */
export async function listVolumes(
  db: Db,
  projectId: string,
  filter: ListFilter = {},
): Promise<readonly VolumeWithServer[]> {
  const conditions = conditionsOf(filter, 'volumes')
  const rows = await liveVolumes(db, projectId)
    .where(({ and }) => and(conditions))
    .orderBy('volumes.createdAt')
    .orderBy('volumes.position')
    .orderBy('volumes.uuid')
    .execute()
  return rows.map(row => ({ ...toVolume(row), serverName: row.serverName }))
}

/** A server's live volumes: the root volume first. */
export async function volumesOfServer(db: Db, serverUuid: string): Promise<readonly VolumeRecord[]> {
  const rows = await db
    .selectFrom('volumes')
    .selectAll()
    .where('serverUuid', '=', serverUuid)
    .where('deletedAt', 'is', null)
    .orderBy('position')
    .orderBy('createdAt')
    .execute()
  return rows.map(toVolume)
}

/** The volumes of all live servers of a project, by the server's uuid, in each one's order. */
export async function volumesByServer(
  db: Db,
  projectId: string,
): Promise<ReadonlyMap<string, readonly VolumeRecord[]>> {
  const rows = await db
    .selectFrom('volumes')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('serverUuid', 'is not', null)
    .where('deletedAt', 'is', null)
    .orderBy('position')
    .orderBy('createdAt')
    .execute()
  return Map.groupBy(rows.map(toVolume), volume => volume.serverUuid ?? '')
}

export async function updateVolume(db: Db, uuid: string, changes: VolumeChanges): Promise<void> {
  const { tags, ...plain } = changes
  const columns: Updateable<VolumesTable> = {
    ...plain,
    ...(tags === undefined ? {} : { tagsJson: JSON.stringify(tags) }),
  }
  if (Object.keys(columns).length === 0) return
  await db.updateTable('volumes').set(columns).where('uuid', '=', uuid).execute()
}

/** From here on the volume is gone for its owner. One that is deleted already keeps its time. */
export async function markVolumeDeleted(db: Db, uuid: string, deletedAt: string): Promise<void> {
  await db
    .updateTable('volumes')
    .set({ deletedAt })
    .where('uuid', '=', uuid)
    .where('deletedAt', 'is', null)
    .execute()
}

function liveVolumes(db: Db, projectId: string) {
  return db
    .selectFrom('volumes')
    .leftJoin('servers', 'servers.uuid', 'volumes.serverUuid')
    .selectAll('volumes')
    .select('servers.name as serverName')
    .where('volumes.projectId', '=', projectId)
    .where('volumes.deletedAt', 'is', null)
}

function toVolume(row: Selectable<VolumesTable>): VolumeRecord {
  return {
    uuid: row.uuid,
    projectId: row.projectId,
    serverUuid: row.serverUuid,
    name: row.name,
    sizeGb: row.sizeGb,
    type: row.type,
    zone: row.zone,
    isRoot: row.isRoot === 1,
    position: row.position,
    status: row.status,
    tags: JSON.parse(row.tagsJson),
    createdAt: row.createdAt,
    deletedAt: row.deletedAt,
    cloudVolumeId: row.cloudVolumeId,
  }
}
