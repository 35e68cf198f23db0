import { ConflictException, NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'
import type { Db, VolumeSnapshotsTable } from './tables.ts'
import type { VolumeRecord } from './volumes.ts'

/** A volume as it was at one moment. */
export interface VolumeSnapshotRecord extends OwnedRecord {
  /** The volume that it is of. */
  readonly volumeUuid: string
  readonly name: string
  /** The volume's when it was made. */
  readonly sizeGb: number
  readonly zone: string
  /** One that is being deleted is shown until it is gone. */
  readonly status: VolumeSnapshotsTable['status']
  readonly cloudSnapshotId: string | null
}

/** No such snapshot in the caller's project. For a day after a failed creation its message says why that failed. */
export class VolumeSnapshotNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

/** How many snapshots a volume can have, those included that are being made or deleted. */
export const snapshotsPerVolumeMax = 50

/** A volume has as many snapshots as it can have. */
export class SnapshotsPerVolumeException extends ConflictException<{ volume: string; limit: number }> {
  constructor({ uuid, name }: VolumeRecord) {
    super(
      `It is not possible to create more than ${snapshotsPerVolumeMax} snapshots per volume, and volume '${name}' has as many. Delete one that is not needed any more.`,
      { data: { volume: uuid, limit: snapshotsPerVolumeMax } },
    )
  }
}

/** A volume can't be deleted while there are snapshots of it. */
export class VolumeHasSnapshotsException extends ConflictException<{
  uuid: string
  snapshots: readonly string[]
}> {
  constructor({ uuid, name }: VolumeRecord, snapshots: readonly VolumeSnapshotRecord[]) {
    const list = snapshots.map(each => `'${each.name}' (${each.uuid}${leaving(each)})`).join(', ')
    super(
      `Snapshots exist for this volume: '${name}' can be deleted once volume snapshot ${list} ${snapshots.length === 1 ? 'is' : 'are'} gone.`,
      { data: { uuid, snapshots: snapshots.map(snapshot => snapshot.uuid) } },
    )
  }
}

export const volumeSnapshotRecords = owned<VolumeSnapshotRecord>({
  table: 'volumeSnapshots',
  kind: 'volume-snapshot',
  label: 'Volume snapshot',
  notFound: (uuid, detail) => new VolumeSnapshotNotFoundException(uuid, detail),
})

/** A volume's live snapshots, oldest first. */
export async function snapshotsOfVolume(
  db: Db,
  volumeUuid: string,
): Promise<readonly VolumeSnapshotRecord[]> {
  return volumeSnapshotRecords.listWhere(db, 'volumeUuid', volumeUuid)
}

/** @throws {VolumeHasSnapshotsException} there are snapshots of the volume: names them all */
export async function requireNoSnapshots(db: Db, volume: VolumeRecord): Promise<void> {
  const snapshots = await snapshotsOfVolume(db, volume.uuid)
  if (snapshots.length > 0) throw new VolumeHasSnapshotsException(volume, snapshots)
}

/**
 * Only within the database transaction of an action that holds the volume: otherwise two may find room.
 *
 * @throws {SnapshotsPerVolumeException} the volume has as many as it can have
 */
export async function requireRoomForSnapshot(db: Db, volume: VolumeRecord): Promise<void> {
  const { length } = await snapshotsOfVolume(db, volume.uuid)
  if (length >= snapshotsPerVolumeMax) throw new SnapshotsPerVolumeException(volume)
}

/** What the volumes of a project's live snapshots are called, by their uuid. */
export async function sourceVolumeNames(db: Db, projectId: string): Promise<ReadonlyMap<string, string>> {
  const volumes = await db
    .selectFrom('volumeSnapshots')
    .innerJoin('volumes', 'volumes.uuid', 'volumeSnapshots.volumeUuid')
    .select(['volumes.uuid', 'volumes.name'])
    .where('volumeSnapshots.projectId', '=', projectId)
    .where('volumeSnapshots.deletedAt', 'is', null)
    .distinct()
    .execute()
  return new Map(volumes.map(({ uuid, name }) => [uuid, name]))
}

function leaving({ status }: VolumeSnapshotRecord): string {
  return status === 'deleting' ? ', which is being deleted' : ''
}
