import type { Db } from '../records/tables.ts'
import { sourceVolumeNames, type VolumeSnapshotRecord } from '../records/volume-snapshots.ts'
import { volumeRecords } from '../records/volumes.ts'
import type { Href } from './href.ts'

/** Volume snapshots of one project as the API shows them. */
export async function presentVolumeSnapshots(
  snapshots: readonly VolumeSnapshotRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const [first, second] = snapshots
  if (first === undefined) return []
  if (second === undefined) {
    const source = await volumeRecords.findAny(db, first.volumeUuid)
    return [presentVolumeSnapshot(first, source?.name, href)]
  }
  const names = await sourceVolumeNames(db, first.projectId)
  return snapshots.map(snapshot => presentVolumeSnapshot(snapshot, names.get(snapshot.volumeUuid), href))
}

function presentVolumeSnapshot(snapshot: VolumeSnapshotRecord, volumeName: string | undefined, href: Href) {
  const { uuid, volumeUuid, name, sizeGb, zone, status, tags, createdAt } = snapshot
  return {
    href: href(`volume-snapshots/${uuid}`),
    uuid,
    name,
    size_gb: sizeGb,
    source_volume: { href: href(`volumes/${volumeUuid}`), uuid: volumeUuid, name: volumeName },
    zone: { slug: zone },
    status,
    tags,
    created_at: createdAt,
  }
}
