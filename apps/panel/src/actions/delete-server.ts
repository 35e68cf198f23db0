import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { volumeRecords, volumesOfServer } from '../records/volumes.ts'
import { aboutServer } from './about-server.ts'
import { action } from './define.ts'
import { giveBackAddresses } from './steps/addresses.ts'
import { removePointersOf, removePortOf, removeServerOf } from './steps/server-parts.ts'
import { removeVolumeOf } from './steps/volume.ts'
import type { Target } from './target.ts'

export const DeletedServer = z.object({ serverUuid: z.string(), rootVolumeUuid: z.string().nullable() })

/**
 * Deletes a server with its root volume, addresses and reverse DNS. Its further volumes stay. Admitted at once, and past its
 * pivot as soon as it holds the server: for its owner it is gone, so that there is no way back to take.
 */
export const deleteServer = action('server.delete', {
  version: 2,
  input: DeletedServer,
  output: z.null(),
  steps: [removeServerOf, removePortOf, removePointersOf, removeVolumeOf, giveBackAddresses],
  queue: 'after-admission',
  cancels: ['server.create'],
  about: (target, db) => aboutServer(target, db, { action: 'server_delete', done: 'has been deleted' }),

  async locks({ uuid }: Target, db: Db) {
    const volumes = await volumesOfServer(db, uuid)
    return [`server:${uuid}`, ...volumes.map(volume => `volume:${volume.uuid}`)]
  },

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    await serverRecords.require(db, projectId, uuid, nowMs)
    const volumes = await volumesOfServer(db, uuid)
    const deletedAt = newCreatedAt(nowMs)
    await serverRecords.markDeleted(db, uuid, deletedAt)
    for (const volume of volumes) {
      if (volume.isRoot) await volumeRecords.markDeleted(db, volume.uuid, deletedAt)
      else await volumeRecords.update(db, volume.uuid, { serverUuid: null, position: 0 })
    }
    return { serverUuid: uuid, rootVolumeUuid: volumes.find(({ isRoot }) => isRoot)?.uuid ?? null }
  },

  run: ({ serverUuid, rootVolumeUuid }, { step }) =>
    step.pivot('deletion', [
      [removeServerOf, { serverUuid }],
      [removePointersOf, { serverUuid }],
      [removePortOf, { serverUuid }],
      ...(rootVolumeUuid === null ? [] : [[removeVolumeOf, { volumeUuid: rootVolumeUuid }] as const]),
      [giveBackAddresses, { serverUuid }],
    ]),

  async onEnd(_end, { serverUuid }, db) {
    await serverRecords.update(db, serverUuid, { change: null })
  },
})
