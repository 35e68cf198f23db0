import type { PlannedStep } from 'evenkeel/actions'
import { z } from 'zod'
import type { ServerTarget } from '../api/server-operations.ts'
import { addressesOfServer } from '../records/addresses.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { markServerDeleted, requireServer, updateServer } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { markVolumeDeleted, updateVolume, volumesOfServer } from '../records/volumes.ts'
import { action, type PanelWorld, step } from './define.ts'
import { giveBackAddresses } from './steps/addresses.ts'
import { removePointer } from './steps/pointer.ts'
import { deletePort } from './steps/port.ts'
import { removeServer } from './steps/server.ts'
import { removeVolume } from './steps/volume.ts'

const Target = z.object({ serverUuid: z.string(), rootVolumeUuid: z.string().nullable() })

/** What there is to remove: looked up once this action holds the server, since a creation may have ended only then. */
const takeStock = step('records.stock', {
  idempotent: true,
  input: Target,
  output: z.object({
    serverId: z.string().nullable(),
    portId: z.string().nullable(),
    rootVolumeId: z.string().nullable(),
    addresses: z.array(z.string()),
  }),
  async do({ serverUuid, rootVolumeUuid }, { world: { records } }) {
    const db = records.read
    const ids = ['cloudServerId', 'cloudPortId'] as const
    const server = await db
      .selectFrom('servers')
      .select(ids)
      .where('uuid', '=', serverUuid)
      .executeTakeFirstOrThrow()
    const root = await db
      .selectFrom('volumes')
      .select('cloudVolumeId')
      .where('uuid', '=', rootVolumeUuid ?? '')
      .executeTakeFirst()
    const addresses = await addressesOfServer(db, serverUuid)
    return {
      serverId: server.cloudServerId,
      portId: server.cloudPortId,
      rootVolumeId: root?.cloudVolumeId ?? null,
      addresses: addresses.map(({ address }) => address),
    }
  },
  undo: 'nothing',
})

/** Deletes a server with its root volume, addresses and reverse DNS. Its further volumes stay. Admitted at once. */
export const deleteServer = action('server.delete', {
  version: 1,
  input: Target,
  output: z.null(),
  steps: [takeStock, removeServer, deletePort, removeVolume, removePointer, giveBackAddresses],
  queue: 'after-admission',
  cancels: ['server.create'],

  async locks({ uuid }: ServerTarget, db: Db) {
    const volumes = await volumesOfServer(db, uuid)
    return [`server:${uuid}`, ...volumes.map(volume => `volume:${volume.uuid}`)]
  },

  async admit({ projectId, uuid }: ServerTarget, db: Db, { nowMs }) {
    await requireServer(db, projectId, uuid, nowMs)
    const volumes = await volumesOfServer(db, uuid)
    const deletedAt = newCreatedAt(nowMs)
    await markServerDeleted(db, uuid, deletedAt)
    for (const volume of volumes) {
      if (volume.isRoot) await markVolumeDeleted(db, volume.uuid, deletedAt)
      else await updateVolume(db, volume.uuid, { serverUuid: null, position: 0 })
    }
    return { serverUuid: uuid, rootVolumeUuid: volumes.find(({ isRoot }) => isRoot)?.uuid ?? null }
  },

  async run(input, { step: perform }) {
    const { serverId, portId, rootVolumeId, addresses } = await perform(takeStock, input)
    // Its creation was rolled back: what that may still leave is its own to look after.
    if (serverId === null) return null
    const steps: PlannedStep<PanelWorld>[] = [
      [removeServer, { id: serverId }],
      ...addresses.map(address => [removePointer, { address }, { as: nameOf(address) }] as const),
      ...(portId === null ? [] : [[deletePort, { id: portId }] as const]),
      ...(rootVolumeId === null ? [] : [[removeVolume, { id: rootVolumeId }] as const]),
      [giveBackAddresses, { serverUuid: input.serverUuid }],
    ]
    return perform.pivot('deletion', steps)
  },

  async onEnd(_end, { serverUuid }, db) {
    await updateServer(db, serverUuid, { change: null })
  },
})

function nameOf(address: string): string {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
