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
import { action, step } from './define.ts'
import { removeVolume } from './steps/volume.ts'

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

const Target = z.object({ volumeUuid: z.string() })

/** The volume's id at the cloud: looked up once this action holds it, since a server's creation may have ended only then. */
const lookUpVolume = step('records.volume', {
  idempotent: true,
  input: Target,
  output: z.object({ volumeId: z.string().nullable() }),
  async do({ volumeUuid }, { world: { records } }) {
    const volume = await records.read
      .selectFrom('volumes')
      .select('cloudVolumeId')
      .where('uuid', '=', volumeUuid)
      .executeTakeFirstOrThrow()
    return { volumeId: volume.cloudVolumeId }
  },
  undo: 'nothing',
})

/** Deletes a volume that no server uses. Admitted at once. */
export const deleteVolume = action('volume.delete', {
  version: 1,
  input: Target,
  output: z.null(),
  steps: [lookUpVolume, removeVolume],
  queue: 'after-admission',
  locks: async ({ uuid }: VolumeTarget) => [`volume:${uuid}`],

  async admit({ projectId, uuid }: VolumeTarget, db: Db, { nowMs }) {
    const volume = await requireVolume(db, projectId, uuid, nowMs)
    requireNotRoot(volume)
    if (volume.serverUuid !== null) throw new VolumeAttachedException(volume, volume.serverUuid)
    await markVolumeDeleted(db, uuid, newCreatedAt(nowMs))
    return { volumeUuid: uuid }
  },

  async run(input, { step: perform }) {
    const { volumeId } = await perform(lookUpVolume, input)
    if (volumeId === null) return null
    return perform.pivot('deletion', [[removeVolume, { id: volumeId }]])
  },

  onEnd: async () => {},
})
