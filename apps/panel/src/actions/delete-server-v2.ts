import { earlierAction } from './define.ts'
import { deleteServer } from './delete-server.ts'
import { giveBackAddresses } from './steps/addresses.ts'
import { removePointersOf, removePortsOf, removeServerOf } from './steps/server-parts.ts'
import { removeVolumeOf } from './steps/volume.ts'

/** Deletions as the first releases began them, of servers that no floating address leads to. */
export const deleteServerV2 = earlierAction('server.delete', {
  ...deleteServer.definition,
  version: 2,
  steps: [removeServerOf, removePortsOf, removePointersOf, removeVolumeOf, giveBackAddresses],

  run: ({ serverUuid, rootVolumeUuid }, { step }) =>
    step.pivot('deletion', [
      [removeServerOf, { serverUuid }],
      [removePointersOf, { serverUuid }],
      [removePortsOf, { serverUuid }],
      ...(rootVolumeUuid === null ? [] : [[removeVolumeOf, { volumeUuid: rootVolumeUuid }] as const]),
      [giveBackAddresses, { serverUuid }],
    ]),
})
