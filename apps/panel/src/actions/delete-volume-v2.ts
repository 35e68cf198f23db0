import { earlierAction } from './define.ts'
import { deleteVolume } from './delete-volume.ts'
import { removeVolumeOf } from './steps/volume.ts'

/** Deletions of volumes that no server used, as they were begun before attached ones could be deleted: what they left unfinished is finished by their own code. */
export const deleteVolumeV2 = earlierAction('volume.delete', {
  ...deleteVolume.definition,
  version: 2,
  steps: [removeVolumeOf],
  run: ({ volumeUuid }, { step }) => step.pivot('deletion', [[removeVolumeOf, { volumeUuid }]]),
})
