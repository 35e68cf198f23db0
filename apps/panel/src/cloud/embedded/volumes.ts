import type { CloudVolume, NewVolume, Volumes, VolumeType } from '../volumes.ts'
import { holderOf } from './attachments.ts'
import type { Calls } from './calls.ts'
import { requireStorage } from './capacity.ts'
import { requireImage } from './images.ts'
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
  requireChangeable,
  requireIdle,
  requireObject,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'
import { anySnapshotOf, listSnapshots, requireSource, snapshotById, snapshotsWithKey } from './snapshots.ts'

/** The storage port of the embedded cloud. */
export function embeddedVolumes(calls: Calls): Volumes {
  return {
    createVolume: (volume, signal) => calls.effect('volumes.create', volume, signal),
    deleteVolume: (id, signal) => calls.effect('volumes.delete', { id }, signal),
    extendVolume: (id, sizeGb, signal) => calls.effect('volumes.extend', { id, sizeGb }, signal),
    revertVolume: (revert, signal) => calls.effect('volumes.revert', revert, signal),
    findVolumes: (key, signal) => calls.read('volumes.find', moment => volumesWithKey(moment, key), signal),
    getVolume: (id, signal) => calls.read('volumes.get', moment => volumeById(moment, id), signal),
    listVolumes: (page, signal) =>
      calls.read('volumes.list', moment => listObjects(moment, 'volume', page, presentVolume), signal),
    createSnapshot: (snapshot, signal) => calls.effect('volumes.createSnapshot', snapshot, signal),
    deleteSnapshot: (id, signal) => calls.effect('volumes.deleteSnapshot', { id }, signal),
    findSnapshots: (key, signal) =>
      calls.read('volumes.findSnapshots', moment => snapshotsWithKey(moment, key), signal),
    getSnapshot: (id, signal) =>
      calls.read('volumes.getSnapshot', moment => snapshotById(moment, id), signal),
    listSnapshots: (page, signal) =>
      calls.read('volumes.listSnapshots', moment => listSnapshots(moment, page), signal),
  }
}

export function createVolume(moment: Moment, { key, ...request }: NewVolume): CloudVolume {
  const { zone, sizeGb, type, image, snapshotId } = request
  requireSound(moment, key !== '', 'a volume needs a key')
  requireSoundSize(moment, sizeGb)
  requireSound(moment, type === 'ssd' || type === 'bulk', `there is no storage of type ${type}`)
  const content = requireContent(moment, request)
  requireStorage(moment, zone, type, sizeGb)
  const id = insertObject(moment, { kind: 'volume', key, zone })
  moment.db.run(
    'insert into volumes (id, size_gb, type, image, snapshot_id) values (?, ?, ?, ?, ?)',
    id,
    sizeGb,
    type,
    content,
    snapshotId ?? null,
  )
  const isEmpty = image === undefined && snapshotId === undefined
  begin(moment, id, 'create', isEmpty ? settlingMs.volumeCreated : settlingMs.volumeFilled)
  return volumeById(moment, id) as CloudVolume
}

export function extendVolume(moment: Moment, { id, sizeGb }: { id: string; sizeGb: number }): void {
  requireSoundSize(moment, sizeGb)
  requireChangeable(moment, requireObject(moment, 'volume', id))
  const volume = rowOf(moment, id) as VolumeRow
  requireSound(
    moment,
    sizeGb >= volume.size_gb,
    `volume ${id} has ${volume.size_gb} GB, and can't shrink to ${sizeGb} GB`,
  )
  if (sizeGb === volume.size_gb && volume.state === 'ready' && moment.fault === undefined) return
  requireStorage(moment, volume.zone as string, volume.type, sizeGb, id)
  moment.db.run('update volumes set next_size_gb = ? where id = ?', sizeGb, id)
  begin(moment, id, 'extend', settlingMs.volumeExtended)
}

export function deleteVolume(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'volume', id)
  if (object === undefined) return
  requireUnused(object, 'server', holderOf(moment, 'volume', id))
  requireUnused(object, 'snapshot', anySnapshotOf(moment, id))
  if (object.task !== 'delete') requireIdle(moment, object)
  beginRemoval(moment, object, settlingMs.volumeDeleted)
}

/** Whether the volume was filled from an image, or is a copy of one that was. */
export function isBootable({ db }: Moment, id: string): boolean {
  return db.one('select 1 from volumes where id = ? and image is not null', id) !== undefined
}

interface VolumeRow extends ObjectRow {
  readonly size_gb: number
  readonly type: VolumeType
  readonly server_id: string | null
  readonly revert_key: string | null
  readonly next_revert_key: string | null
}

function volumeById(moment: Moment, id: string): CloudVolume | undefined {
  const row = rowOf(moment, id)
  return row && presentVolume(row)
}

function rowOf(moment: Moment, id: string): VolumeRow | undefined {
  return objectWithId<VolumeRow>(moment, 'volumes', id)
}

function volumesWithKey(moment: Moment, key: string): readonly CloudVolume[] {
  return objectsWithKey<VolumeRow>(moment, 'volumes', key).map(presentVolume)
}

function presentVolume(row: VolumeRow): CloudVolume {
  return {
    id: row.id,
    sizeGb: row.size_gb,
    type: row.type,
    serverId: row.server_id ?? undefined,
    revertKey: row.next_revert_key ?? row.revert_key ?? undefined,
    status: statusOf(row),
  }
}

/** The image that the volume will hold, in the first place or as a copy; null for none. */
function requireContent(moment: Moment, request: Omit<NewVolume, 'key'>): string | null {
  const { zone, sizeGb, image, snapshotId } = request
  if (snapshotId !== undefined) return requireSource(moment, snapshotId, request)
  if (image === undefined) return null
  requireImage(moment, { zone, image, sizeGb })
  return image
}

function requireSoundSize(moment: Moment, sizeGb: number): void {
  requireSound(
    moment,
    Number.isSafeInteger(sizeGb) && sizeGb > 0,
    `the size of a volume is a whole number of GB above 0, not ${sizeGb}`,
  )
}
