import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import type { Db } from '../records/tables.ts'
import { requireNoSnapshots } from '../records/volume-snapshots.ts'
import { requireNotRoot, volumeRecords } from '../records/volumes.ts'
import { aboutVolume } from './about-volume.ts'
import { action } from './define.ts'
import { detachVolumeOf, removeVolumeOf } from './steps/volume.ts'
import type { Target } from './target.ts'

export const DeletedVolume = z.object({ volumeUuid: z.string() })

/** Deletes a volume, and takes it from its server before. Admitted at once; a creation that still runs is called off. */
export const deleteVolume = action('volume.delete', {
  version: 3,
  input: DeletedVolume,
  output: z.null(),
  steps: [detachVolumeOf, removeVolumeOf],
  queue: 'after-admission',
  cancels: ['volume.create'],
  about: (target: Target, db) =>
    aboutVolume(target, db, { action: 'volume_delete', done: 'has been deleted' }),

  // Not its server, which stays: a deletion is handed what is still watched on its locks, as on something that will be gone.
  locks: async ({ uuid }: Target) => [`volume:${uuid}`],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    const volume = await volumeRecords.require(db, projectId, uuid, nowMs)
    requireNotRoot(volume)
    await requireNoSnapshots(db, volume)
    await volumeRecords.markDeleted(db, uuid, newCreatedAt(nowMs))
    return { volumeUuid: uuid }
  },

  run: ({ volumeUuid }, { step }) =>
    step.pivot('deletion', [
      [detachVolumeOf, { volumeUuid }],
      [removeVolumeOf, { volumeUuid }],
    ]),

  onEnd: async () => {},
})
