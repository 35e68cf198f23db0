import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import type { Db } from '../records/tables.ts'
import { volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import { aboutVolumeSnapshot } from './about-volume-snapshot.ts'
import { action, changeOf } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { removeSnapshotOf } from './steps/snapshot.ts'
import type { Target } from './target.ts'

/**
 * Deletes a snapshot, which is shown as `deleting` until it is gone. Admitted at once; a creation that still runs is
 * called off, and the volumes that are just being made of it are waited for.
 */
export const deleteVolumeSnapshot = action('volume-snapshot.delete', {
  version: 1,
  input: z.object({ snapshotUuid: z.string() }),
  output: z.null(),
  steps: [removeSnapshotOf],
  queue: 'after-admission',
  cancels: ['volume-snapshot.create'],
  about: (target: Target, db) =>
    aboutVolumeSnapshot(target, db, { action: 'volume_snapshot_delete', done: 'has been deleted' }),

  // Not the volumes that are being made of it, which stay: its step waits for them.
  locks: async ({ uuid }: Target) => [`volume-snapshot:${uuid}`],

  async admit({ projectId, uuid }: Target, db: Db, context) {
    const snapshot = await volumeSnapshotRecords.require(db, projectId, uuid, context.nowMs)
    const { name, status } = snapshot
    refuseIfAlready(status === 'deleting', `Volume snapshot '${name}'`, 'being deleted')
    const change = changeOf('being deleted', context)
    await volumeSnapshotRecords.update(db, uuid, { status: 'deleting', change })
    return { snapshotUuid: uuid }
  },

  run: ({ snapshotUuid }, { step }) => step.pivot('deletion', [[removeSnapshotOf, { snapshotUuid }]]),

  async onEnd(end, { snapshotUuid }, db) {
    await volumeSnapshotRecords.markDeleted(db, snapshotUuid, newCreatedAt(end.atMs))
    await volumeSnapshotRecords.update(db, snapshotUuid, { change: null })
  },
})
