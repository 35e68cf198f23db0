import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { checkQuota } from '../records/quota.ts'
import { requireReference } from '../records/reference.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { requireRoomForSnapshot, volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import { volumeRecords } from '../records/volumes.ts'
import { cloudVolumeIdOf } from './about-volume.ts'
import { aboutVolumeSnapshot } from './about-volume-snapshot.ts'
import { action, changeOf } from './define.ts'
import { createSnapshot } from './steps/snapshot.ts'

/** A snapshot to create. */
export interface NewSnapshotRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly volumeUuid: string
  readonly tags: Tags
  /** With microseconds and `Z`. */
  readonly createdAt: string
}

/** Keeps a volume as it is now, whether a server uses it or not; or leaves nothing of it but the reason. */
export const createVolumeSnapshot = action('volume-snapshot.create', {
  version: 1,
  input: z.object({ snapshotUuid: z.string(), volumeId: z.string() }),
  output: z.object({ snapshotId: z.string() }),
  steps: [createSnapshot],

  creates: volumeSnapshotRecords,
  async about({ volumeUuid, ...target }: NewSnapshotRequest, db) {
    const volume = await volumeRecords.findAny(db, volumeUuid)
    return aboutVolumeSnapshot(target, db, {
      action: 'volume_snapshot_create',
      done: `of volume '${volume?.name}' has been created`,
    })
  },

  async locks({ projectId, uuid, volumeUuid }: NewSnapshotRequest, db: Db) {
    const isOwn = (await volumeRecords.find(db, projectId, volumeUuid)) !== undefined
    return [`volume-snapshot:${uuid}`, ...(isOwn ? [`volume:${volumeUuid}`] : [])]
  },

  async admit(request: NewSnapshotRequest, db: Db, context) {
    const { uuid, projectId, name, volumeUuid, tags, createdAt } = request
    const volume = await requireReference(db, volumeRecords, projectId, volumeUuid, 'source_volume')
    await requireSettled(db, volumeRecords, volume)
    await requireRoomForSnapshot(db, volume)
    await checkQuota(db, projectId, { volumeSnapshots: 1 })
    await volumeSnapshotRecords.insert(db, {
      uuid,
      projectId,
      volumeUuid,
      name,
      sizeGb: volume.sizeGb,
      zone: volume.zone,
      status: 'creating',
      tags,
      createdAt,
      deletedAt: null,
      change: changeOf('being created', context),
      cloudSnapshotId: null,
    })
    return { snapshotUuid: uuid, volumeId: cloudVolumeIdOf(volume) }
  },

  async run({ volumeId }, { step }) {
    const { id } = await step(createSnapshot, { volumeId })
    return { snapshotId: id }
  },

  async onEnd(end, { snapshotUuid }, db) {
    if (end.kind !== 'succeeded' || end.output === undefined) return
    await volumeSnapshotRecords.update(db, snapshotUuid, { cloudSnapshotId: end.output.snapshotId })
    const snapshot = await volumeSnapshotRecords.findAny(db, snapshotUuid)
    // Its deletion may have been admitted meanwhile: from then on it shows nothing else.
    if (snapshot?.change?.actionId === end.actionId)
      await volumeSnapshotRecords.update(db, snapshotUuid, { status: 'available', change: null })
  },
})
