import type { Listed, ListPage } from '../cloud.ts'
import type { PowerState } from '../compute.ts'
import type { CloudSnapshot, NewCloudSnapshot, NewVolume, Revert, VolumeType } from '../volumes.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  refuseForState,
  requireChangeable,
  requireIdle,
  requireObject,
  requireReady,
  requireSound,
  statusOf,
} from './objects.ts'
import { busy } from './refusals.ts'

/** A snapshot takes no room of its own: it shares what its volume has. */
export function createSnapshot(moment: Moment, { key, volumeId }: NewCloudSnapshot): CloudSnapshot {
  requireSound(moment, key !== '', 'a snapshot needs a key')
  const volume = requireObject(moment, 'volume', volumeId)
  requireReady(moment, volume)
  const id = insertObject(moment, { kind: 'snapshot', key, zone: volume.zone })
  moment.db.run(
    'insert into snapshots (id, volume_id, size_gb) select ?, id, size_gb from volumes where id = ?',
    id,
    volumeId,
  )
  begin(moment, id, 'create', settlingMs.snapshotCreated)
  return snapshotById(moment, id) as CloudSnapshot
}

export function deleteSnapshot(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'snapshot', id)
  if (object === undefined) return
  if (object.task !== 'delete') requireIdle(moment, object)
  if (isBeingRead(moment, id)) throw busy(moment.operation)
  beginRemoval(moment, object, settlingMs.snapshotDeleted)
}

/** Nothing else may have come after the snapshot, or it would be lost. */
export function revertVolume(moment: Moment, { key, volumeId, snapshotId }: Revert): void {
  requireSound(moment, key !== '', 'a revert needs a key')
  const volume = requireObject(moment, 'volume', volumeId)
  const snapshot = requireReadySnapshot(moment, snapshotId)
  requireSound(
    moment,
    snapshot.volume_id === volumeId,
    `snapshot ${snapshotId} is of volume ${snapshot.volume_id}, not of ${volumeId}`,
  )
  requireNewest(moment, snapshot)
  requireChangeable(moment, volume)
  requireAtRest(moment, volumeId)
  moment.db.run('update volumes set next_revert_key = ? where id = ?', key, volumeId)
  begin(moment, volumeId, 'revert', settlingMs.volumeReverted)
}

/** The snapshot that a volume is to be a copy of. @returns the image that its volume was filled from */
export function requireSource(
  moment: Moment,
  id: string,
  copy: Omit<NewVolume, 'key' | 'snapshotId'>,
): string | null {
  const { size_gb, type, zone, image } = requireReadySnapshot(moment, id)
  requireSound(
    moment,
    copy.image === undefined,
    'a volume is filled from an image or from a snapshot, not both',
  )
  requireSound(moment, copy.zone === zone, `snapshot ${id} is in zone ${zone}, not in ${copy.zone}`)
  requireSound(moment, copy.type === type, `snapshot ${id} is on ${type} storage, not on ${copy.type}`)
  requireSound(moment, copy.sizeGb >= size_gb, `snapshot ${id} has ${size_gb} GB, more than ${copy.sizeGb}`)
  return image
}

/** A snapshot of the volume, if there is any. */
export function anySnapshotOf({ db }: Moment, volumeId: string): string | null {
  return db.one<{ id: string }>('select id from snapshots where volume_id = ? limit 1', volumeId)?.id ?? null
}

interface SnapshotRow extends ObjectRow {
  readonly volume_id: string
  readonly size_gb: number
}

export function snapshotById(moment: Moment, id: string): CloudSnapshot | undefined {
  const row = objectWithId<SnapshotRow>(moment, 'snapshots', id)
  return row && presentSnapshot(row)
}

export function snapshotsWithKey(moment: Moment, key: string): readonly CloudSnapshot[] {
  return objectsWithKey<SnapshotRow>(moment, 'snapshots', key).map(presentSnapshot)
}

export function listSnapshots(moment: Moment, page: ListPage): readonly Listed<CloudSnapshot>[] {
  return listObjects(moment, 'snapshot', page, presentSnapshot)
}

function presentSnapshot(row: SnapshotRow): CloudSnapshot {
  return { id: row.id, volumeId: row.volume_id, sizeGb: row.size_gb, status: statusOf(row) }
}

interface ReadySnapshot extends SnapshotRow {
  readonly seq: number
  /** The volume's, which stay the same. */
  readonly type: VolumeType
  readonly image: string | null
}

function requireReadySnapshot(moment: Moment, id: string): ReadySnapshot {
  const object = requireObject(moment, 'snapshot', id)
  requireReady(moment, object)
  return moment.db.one<ReadySnapshot>(
    `select objects.*, snapshots.volume_id, snapshots.size_gb, volumes.type, volumes.image
     from objects join snapshots using (id) join volumes on volumes.id = snapshots.volume_id
     where objects.id = ?`,
    id,
  ) as ReadySnapshot
}

function requireNewest(moment: Moment, { id, seq, volume_id }: ReadySnapshot): void {
  const newer = moment.db.one<ObjectRow>(
    `select objects.* from objects join snapshots using (id) where volume_id = ? and seq > ?
     order by task is not 'delete' desc limit 1`,
    volume_id,
    seq,
  )
  if (newer === undefined) return
  // One that is leaving is only in the way until it is gone.
  if (newer.task === 'delete') throw busy(moment.operation)
  requireSound(moment, false, `snapshot ${newer.id} of volume ${volume_id} is newer than ${id}`)
}

/** Nobody writes on the volume: it is detached, or its server is stopped. */
function requireAtRest(moment: Moment, volumeId: string): void {
  const server = moment.db.one<{ id: string; power: PowerState }>(
    'select servers.id, power from servers join volumes on server_id = servers.id where volumes.id = ?',
    volumeId,
  )
  if (server === undefined) return
  const object = requireObject(moment, 'server', server.id)
  requireReady(moment, object)
  if (server.power === 'running') refuseForState(moment, object, 'running')
}

/** A volume is just being made from the snapshot, or its own is being set back. */
function isBeingRead({ db }: Moment, id: string): boolean {
  return (
    db.one(
      `select 1 from volumes join objects using (id) where snapshot_id = ? and task = 'create'
       union all
       select 1 from snapshots join objects on objects.id = volume_id where snapshots.id = ? and task = 'revert'`,
      id,
      id,
    ) !== undefined
  )
}
