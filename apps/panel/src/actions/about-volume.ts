import type { Db } from '../records/tables.ts'
import { type VolumeRecord, volumeRecords } from '../records/volumes.ts'
import type { About } from './define.ts'
import type { Target } from './target.ts'

/** @param done what the project's log says of the volume when it has succeeded: `has been deleted` */
export async function aboutVolume(
  { projectId, uuid }: Target,
  db: Db,
  { action, done }: { readonly action: string; readonly done: string },
): Promise<About> {
  const name = (await volumeRecords.findAny(db, uuid))?.name ?? uuid
  return {
    projectId,
    kind: volumeRecords.kind,
    uuid,
    name,
    log: { action, message: `Volume '${name}' ${done}` },
  }
}

/** The volume's id at the cloud, which every settled volume has. */
export function cloudVolumeIdOf({ uuid, status, cloudVolumeId }: VolumeRecord): string {
  if (cloudVolumeId === null) throw new TypeError(`volume ${uuid} is ${status} without being at the cloud`)
  return cloudVolumeId
}
