import { z } from 'zod'
import { earlierAction, step } from './define.ts'
import { DeletedVolume, deleteVolume } from './delete-volume.ts'
import { removeVolume } from './steps/volume.ts'

/** The volume's id at the cloud: looked up once this action holds it, since a server's creation may have ended only then. */
const lookUpVolume = step('records.volume', {
  idempotent: true,
  input: DeletedVolume,
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

/** Deletions as the first release began them: what it left unfinished is finished by its own code. */
export const deleteVolumeV1 = earlierAction('volume.delete', {
  ...deleteVolume.definition,
  version: 1,
  steps: [lookUpVolume, removeVolume],

  async run(input, { step: perform }) {
    const { volumeId } = await perform(lookUpVolume, input)
    if (volumeId === null) return null
    return perform.pivot('deletion', [[removeVolume, { id: volumeId }]])
  },
})
