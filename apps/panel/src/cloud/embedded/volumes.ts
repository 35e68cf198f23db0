import type { CloudVolume, NewVolume, Volumes, VolumeType } from '../volumes.ts'
import type { Calls } from './calls.ts'
import { requireStorage } from './capacity.ts'
import { settlingMs } from './latency.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  requireIdle,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'

/** The storage port of the embedded cloud. */
export function embeddedVolumes(calls: Calls): Volumes {
  return {
    createVolume: (volume, signal) => calls.effect('volumes.create', volume, signal),
    deleteVolume: (id, signal) => calls.effect('volumes.delete', { id }, signal),
    findVolumes: (key, signal) => calls.read('volumes.find', moment => volumesWithKey(moment, key), signal),
    getVolume: (id, signal) => calls.read('volumes.get', moment => volumeById(moment, id), signal),
  }
}

export function createVolume(moment: Moment, { key, zone, sizeGb, type, image }: NewVolume): CloudVolume {
  requireSound(moment, key !== '', 'a volume needs a key')
  requireSound(
    moment,
    Number.isSafeInteger(sizeGb) && sizeGb > 0,
    `the size of a volume is a whole number of GB above 0, not ${sizeGb}`,
  )
  requireSound(moment, type === 'ssd' || type === 'bulk', `there is no storage of type ${type}`)
  requireStorage(moment, zone, type, sizeGb)
  const id = insertObject(moment, { kind: 'volume', key, zone })
  moment.db.run(
    'insert into volumes (id, size_gb, type, image) values (?, ?, ?, ?)',
    id,
    sizeGb,
    type,
    image ?? null,
  )
  begin(moment, id, 'create', image === undefined ? settlingMs.volumeCreated : settlingMs.volumeFilled)
  return volumeById(moment, id) as CloudVolume
}

export function deleteVolume(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'volume', id)
  if (object === undefined) return
  requireUnused(object, volumeById(moment, id)?.serverId ?? null)
  if (object.task !== 'delete') requireIdle(moment, object)
  beginRemoval(moment, object, settlingMs.volumeDeleted)
}

/** Whether the volume was filled from an image. */
export function isBootable({ db }: Moment, id: string): boolean {
  return db.one('select 1 from volumes where id = ? and image is not null', id) !== undefined
}

interface VolumeRow extends ObjectRow {
  readonly size_gb: number
  readonly type: VolumeType
  readonly server_id: string | null
}

export function volumeById({ db }: Moment, id: string): CloudVolume | undefined {
  const row = db.one<VolumeRow>('select * from objects join volumes using (id) where id = ?', id)
  return row && presentVolume(row)
}

function volumesWithKey({ db }: Moment, key: string): readonly CloudVolume[] {
  return db
    .all<VolumeRow>('select * from objects join volumes using (id) where key = ? order by seq', key)
    .map(presentVolume)
}

function presentVolume(row: VolumeRow): CloudVolume {
  return {
    id: row.id,
    sizeGb: row.size_gb,
    type: row.type,
    serverId: row.server_id ?? undefined,
    status: statusOf(row),
  }
}
