import type { Db } from '../records/tables.ts'
import { type VolumeSnapshotRecord, volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import type { About } from './define.ts'
import type { Target } from './target.ts'

/** @param done what the project's log says of the snapshot when it has succeeded: `has been deleted` */
export async function aboutVolumeSnapshot(
  { projectId, uuid }: Target,
  db: Db,
  { action, done }: { readonly action: string; readonly done: string },
): Promise<About> {
  const { kind, label } = volumeSnapshotRecords
  const name = (await volumeSnapshotRecords.findAny(db, uuid))?.name ?? uuid
  return { projectId, kind, uuid, name, log: { action, message: `${label} '${name}' ${done}` } }
}

/** The snapshot's id at the cloud, which every available one has. */
export function cloudSnapshotIdOf({ uuid, status, cloudSnapshotId }: VolumeSnapshotRecord): string {
  if (cloudSnapshotId === null)
    throw new TypeError(`volume snapshot ${uuid} is ${status} without being at the cloud`)
  return cloudSnapshotId
}
