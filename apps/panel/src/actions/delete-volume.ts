import { ConflictException } from 'evenkeel'
import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import type { Db } from '../records/tables.ts'
import { requireNotRoot, type VolumeRecord, volumeRecords } from '../records/volumes.ts'
import { action } from './define.ts'
import { removeVolumeOf } from './steps/volume.ts'
import type { Target } from './target.ts'

/** A volume can't be deleted while a server uses it. */
export class VolumeAttachedException extends ConflictException<{ uuid: string; server: string }> {
  constructor(volume: VolumeRecord, server: string) {
    super(
      `Volume '${volume.name}' is attached to server ${server}. Delete that server first; the volume outlives it.`,
      {
        data: { uuid: volume.uuid, server },
      },
    )
  }
}

export const DeletedVolume = z.object({ volumeUuid: z.string() })

/** Deletes a volume that no server uses. Admitted at once. */
export const deleteVolume = action('volume.delete', {
  version: 2,
  input: DeletedVolume,
  output: z.null(),
  steps: [removeVolumeOf],
  queue: 'after-admission',
  async about({ projectId, uuid }, db) {
    const name = (await volumeRecords.findAny(db, uuid))?.name ?? uuid
    const log = { action: 'volume_delete', message: `Volume '${name}' has been deleted` }
    return { projectId, kind: volumeRecords.kind, uuid, name, log }
  },
  locks: async ({ uuid }: Target) => [`volume:${uuid}`],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    const volume = await volumeRecords.require(db, projectId, uuid, nowMs)
    requireNotRoot(volume)
    if (volume.serverUuid !== null) throw new VolumeAttachedException(volume, volume.serverUuid)
    await volumeRecords.markDeleted(db, uuid, newCreatedAt(nowMs))
    return { volumeUuid: uuid }
  },

  run: ({ volumeUuid }, { step }) => step.pivot('deletion', [[removeVolumeOf, { volumeUuid }]]),

  onEnd: async () => {},
})
