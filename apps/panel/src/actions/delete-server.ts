import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { floatingIpsOfServer } from '../records/floating-ips.ts'
import { leaveServerGroups } from '../records/server-groups.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { requireNoSnapshots } from '../records/volume-snapshots.ts'
import { volumeRecords, volumesOfServer } from '../records/volumes.ts'
import { aboutServer } from './about-server.ts'
import { action } from './define.ts'
import { giveBackAddresses } from './steps/addresses.ts'
import { withdrawRoutesToServer } from './steps/route.ts'
import { removePointersOf, removePortsOf, removeServerOf } from './steps/server-parts.ts'
import { removeVolumeOf } from './steps/volume.ts'
import type { Target } from './target.ts'

export const DeletedServer = z.object({ serverUuid: z.string(), rootVolumeUuid: z.string().nullable() })

/**
 * Deletes a server with its root volume, interfaces, addresses and reverse DNS. Its further volumes and its floating IPs
 * stay, and belong to nothing. Admitted at once, and past its pivot as soon as it holds the server: for its owner it is
 * gone, so that there is no way back to take.
 */
export const deleteServer = action('server.delete', {
  version: 3,
  input: DeletedServer,
  output: z.null(),
  steps: [
    removeServerOf,
    withdrawRoutesToServer,
    removePortsOf,
    removePointersOf,
    removeVolumeOf,
    giveBackAddresses,
  ],
  queue: 'after-admission',
  cancels: ['server.create'],
  about: (target, db) => aboutServer(target, db, { action: 'server_delete', done: 'has been deleted' }),

  async locks({ uuid }: Target, db: Db) {
    const volumes = await volumesOfServer(db, uuid)
    const floatingIps = await floatingIpsOfServer(db, uuid)
    return [
      `server:${uuid}`,
      ...volumes.map(volume => `volume:${volume.uuid}`),
      ...floatingIps.map(floatingIp => `floating-ip:${floatingIp.uuid}`),
    ]
  },

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    await serverRecords.require(db, projectId, uuid, nowMs)
    const volumes = await volumesOfServer(db, uuid)
    const root = volumes.find(({ isRoot }) => isRoot)
    if (root !== undefined) await requireNoSnapshots(db, root)
    const deletedAt = newCreatedAt(nowMs)
    await serverRecords.markDeleted(db, uuid, deletedAt)
    for (const volume of volumes) {
      if (volume.isRoot) await volumeRecords.markDeleted(db, volume.uuid, deletedAt)
      else await volumeRecords.update(db, volume.uuid, { serverUuid: null, position: 0 })
    }
    return { serverUuid: uuid, rootVolumeUuid: root?.uuid ?? null }
  },

  removes: ({ serverUuid, rootVolumeUuid }) => [
    `server:${serverUuid}`,
    ...(rootVolumeUuid === null ? [] : [`volume:${rootVolumeUuid}`]),
  ],

  run: ({ serverUuid, rootVolumeUuid }, { step }) =>
    step.pivot('deletion', [
      [removeServerOf, { serverUuid }],
      [withdrawRoutesToServer, { serverUuid }],
      [removePointersOf, { serverUuid }],
      [removePortsOf, { serverUuid }],
      ...(rootVolumeUuid === null ? [] : [[removeVolumeOf, { volumeUuid: rootVolumeUuid }] as const]),
      [giveBackAddresses, { serverUuid }],
    ]),

  async onEnd(_end, { serverUuid }, db) {
    await serverRecords.update(db, serverUuid, { change: null })
    await leaveServerGroups(db, serverUuid)
  },
})
