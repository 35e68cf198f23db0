import type { PlannedStep } from 'evenkeel/actions'
import { z } from 'zod'
import { addressesOfServer } from '../records/addresses.ts'
import { earlierAction, type PanelWorld, step } from './define.ts'
import { DeletedServer, deleteServer } from './delete-server.ts'
import { giveBackAddresses } from './steps/addresses.ts'
import { removePointer } from './steps/pointer.ts'
import { deletePort } from './steps/port.ts'
import { removeServer } from './steps/server.ts'
import { removeVolume } from './steps/volume.ts'

/** What there is to remove: looked up once this action holds the server, since a creation may have ended only then. */
const takeStock = step('records.stock', {
  idempotent: true,
  input: DeletedServer,
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

/** Deletions as the first release began them: what it left unfinished is finished by its own code. */
export const deleteServerV1 = earlierAction('server.delete', {
  ...deleteServer.definition,
  version: 1,
  steps: [takeStock, removeServer, deletePort, removeVolume, removePointer, giveBackAddresses],

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
})

function nameOf(address: string): string {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
