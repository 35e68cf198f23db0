import { ConflictException } from 'evenkeel'
import { z } from 'zod'
import type { VolumeTarget } from '../api/server-operations.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Db } from '../records/tables.ts'
import {
  markVolumeDeleted,
  requireNotRoot,
  requireVolume,
  type VolumeWithServer,
} from '../records/volumes.ts'
import { action } from './define.ts'
import { removeVolumeOf } from './steps/volume.ts'

/** A volume can't be deleted while a server uses it. */
export class VolumeAttachedException extends ConflictException<{ uuid: string; server: string }> {
  constructor(volume: VolumeWithServer, server: string) {
    super(
      `Volume '${volume.name}' is attached to server '${volume.serverName}' (${server}). Delete that server first; the volume outlives it.`,
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
  locks: async ({ uuid }: VolumeTarget) => [`volume:${uuid}`],

  async admit({ projectId, uuid }: VolumeTarget, db: Db, { nowMs }) {
    const volume = await requireVolume(db, projectId, uuid, nowMs)
    requireNotRoot(volume)
    if (volume.serverUuid !== null) throw new VolumeAttachedException(volume, volume.serverUuid)
    await markVolumeDeleted(db, uuid, newCreatedAt(nowMs))
    return { volumeUuid: uuid }
  },

  run: ({ volumeUuid }, { step }) => step.pivot('deletion', [[removeVolumeOf, { volumeUuid }]]),

  onEnd: async () => {},
})
