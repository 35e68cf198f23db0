import { randomUUID } from 'node:crypto'
import { newTxId } from 'evenkeel'
import { CloudDatabase } from '../../apps/panel/src/cloud/embedded/database.ts'
import { newCreatedAt } from '../../apps/panel/src/records/created-at.ts'
import type { Records } from '../../apps/panel/src/records/database.ts'
import { inserting } from '../../apps/panel/src/records/inserting.ts'
import { insertInterface } from '../../apps/panel/src/records/interfaces.ts'
import { serverRecords } from '../../apps/panel/src/records/servers.ts'
import { someProject, someServer, someVolume } from '../../apps/panel/src/records/testing.ts'
import { volumeRecords } from '../../apps/panel/src/records/volumes.ts'

/** A server with all that it has: four objects at the cloud. */
export interface FilledServer {
  readonly uuid: string
  readonly server: string
  readonly port: string
  readonly volume: string
  readonly address: string
  readonly reversePtr: string
}

export const objectsPerServer = 4

/** So many servers, to be. */
export function plan(count: number): readonly FilledServer[] {
  return Array.from({ length: count }, (_, at) => ({
    uuid: randomUUID(),
    server: randomUUID(),
    port: randomUUID(),
    volume: randomUUID(),
    address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
    reversePtr: `server-${at}.example.org`,
  }))
}

/** A cloud that has them, as bytes: as if each had been created by itself. */
export function cloudWith(servers: readonly FilledServer[]): Uint8Array {
  const db = new CloudDatabase(':memory:')
  const object = (id: string, kind: string, key: string) =>
    db.run(
      `insert into objects (id, kind, key, zone, made_at_ms, state) values (?, ?, ?, 'rma1', 0, 'ready')`,
      id,
      kind,
      key,
    )
  db.transaction(() => {
    for (const { server, port, volume, address, reversePtr } of servers) {
      const key = `${newTxId()}/some.step`
      object(server, 'server', key)
      db.run(
        `insert into servers (id, hostname, vcpu_count, memory_gb, gpu_count, power, boot_count) values (?, 'web', 1, 4, 0, 'running', 1)`,
        server,
      )
      object(port, 'port', key)
      db.run(
        `insert into ports (id, network, mac_address, server_id) values (?, 'public', ?, ?)`,
        port,
        port,
        server,
      )
      db.run(
        `insert into port_addresses (network, address, version, port_id, position) values ('public', ?, 4, ?, 0)`,
        address,
        port,
      )
      object(volume, 'volume', key)
      db.run(`insert into volumes (id, size_gb, type, server_id) values (?, 10, 'ssd', ?)`, volume, server)
      object(address, 'pointer', key)
      db.run('insert into pointers (id, name) values (?, ?)', address, reversePtr)
    }
  })
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
        const { uuid, server, port, volume, address, reversePtr } = filled
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
        await insertAddress(trx, {
          address,
          version: 4,
          zone: 'rma1',
          prefix: '10.0.0.0/8',
          ordinal: from + at,
          state: 'held',
          serverUuid: uuid,
          interfaceUuid: uuid,
          actionKey: null,
          reversePtr,
        })
      }
    })
  }
}
