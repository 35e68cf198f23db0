import { randomUUID } from 'node:crypto'
import { CloudDatabase } from '../../apps/panel/src/cloud/embedded/database.ts'
import { newCreatedAt } from '../../apps/panel/src/records/created-at.ts'
import type { Records } from '../../apps/panel/src/records/database.ts'
import { inserting } from '../../apps/panel/src/records/inserting.ts'
import { insertInterface } from '../../apps/panel/src/records/interfaces.ts'
import { serverRecords } from '../../apps/panel/src/records/servers.ts'
import { someProject, someServer, someVolume } from '../../apps/panel/src/records/testing.ts'
import { volumeRecords } from '../../apps/panel/src/records/volumes.ts'
import { putIntoCloud, type ServerInCloud } from '../cloud-of-servers.ts'

/** A server with all that it has: four objects at the cloud. */
export interface FilledServer extends ServerInCloud {
  readonly uuid: string
}

export const objectsPerServer = 4

/** So many servers, to be. */
export function plan(count: number): readonly FilledServer[] {
  return Array.from({ length: count }, (_, at) => ({
    uuid: randomUUID(),
    server: randomUUID(),
    port: randomUUID(),
    volume: randomUUID(),
    addresses: [
      {
        address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
        version: 4,
        reversePtr: `server-${at}.example.org`,
      },
    ],
  }))
}

/** A cloud that has them, as bytes. */
export function cloudWith(servers: readonly FilledServer[]): Uint8Array {
  const db = new CloudDatabase(':memory:')
  putIntoCloud(db, servers)
  const image = db.image()
  db.close()
  return image
}

const insertAddress = inserting('addresses')

/** The records of them, a thousand at a time. */
export async function record(records: Records, servers: readonly FilledServer[]): Promise<void> {
  const createdAt = newCreatedAt(Date.now())
  for (let from = 0; from < servers.length; from += 1000) {
    await records.transaction(async trx => {
      for (const [at, filled] of servers.slice(from, from + 1000).entries()) {
        const { uuid, server, port, volume, addresses } = filled
        const plain = { projectId: someProject.id, createdAt }
        const named = { name: `server-${from + at}`, flavor: 'flex-4-1', status: 'running' } as const
        await serverRecords.insert(trx, someServer({ ...plain, ...named, uuid, cloudServerId: server }))
        const root = { isRoot: true, serverUuid: uuid, sizeGb: 10, type: 'ssd', status: 'ready' } as const
        await volumeRecords.insert(
          trx,
          someVolume({ ...plain, ...root, uuid: randomUUID(), cloudVolumeId: volume }),
        )
        await insertInterface(trx, {
          uuid,
          serverUuid: uuid,
          position: 0,
          networkUuid: null,
          cloudPortId: port,
        })
        for (const address of addresses) {
          await insertAddress(trx, {
            ...address,
            zone: 'rma1',
            prefix: '10.0.0.0/8',
            ordinal: from + at,
            state: 'held',
            serverUuid: uuid,
            interfaceUuid: uuid,
            actionKey: null,
          })
        }
      }
    })
  }
}
