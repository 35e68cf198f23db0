import { newTxId } from 'evenkeel'
import type { CloudDatabase } from '../apps/panel/src/cloud/embedded/database.ts'

/** A running server of the flavor flex-4-1 with a volume of 10 GB, as the cloud has it. */
export interface ServerInCloud {
  /** What the cloud calls it and its parts. */
  readonly server: string
  readonly port: string
  readonly volume: string
  readonly addresses: readonly AddressInCloud[]
}

export interface AddressInCloud {
  readonly address: string
  readonly version: 4 | 6
  readonly reversePtr: string
}

/** Of no zone's hosts and stores: so many would leave no room for another one. */
const zone = 'elsewhere'

/** Puts servers into a simulated cloud, as if each had been created by itself. */
export function putIntoCloud(db: CloudDatabase, servers: readonly ServerInCloud[]): void {
  db.transaction(() => {
    for (const server of servers) putServer(db, server)
  })
}

function putServer(db: CloudDatabase, { server, port, volume, addresses }: ServerInCloud): void {
  const key = `${newTxId()}/some.step`
  const object = (id: string, kind: string) =>
    db.run(
      `insert into objects (id, kind, key, zone, made_at_ms, state) values (?, ?, ?, ?, 0, 'ready')`,
      id,
      kind,
      key,
      zone,
    )
  object(server, 'server')
  db.run(
    `insert into servers (id, hostname, vcpu_count, memory_gb, gpu_count, power, boot_count) values (?, 'web', 1, 4, 0, 'running', 1)`,
    server,
  )
  object(port, 'port')
  db.run(
    `insert into ports (id, network, mac_address, server_id) values (?, 'public', ?, ?)`,
    port,
    port,
    server,
  )
  object(volume, 'volume')
  db.run(`insert into volumes (id, size_gb, type, server_id) values (?, 10, 'ssd', ?)`, volume, server)
  for (const [position, { address, version, reversePtr }] of addresses.entries()) {
    db.run(
      `insert into port_addresses (network, address, version, port_id, position) values ('public', ?, ?, ?, ?)`,
      address,
      version,
      port,
      position,
    )
    object(address, 'pointer')
    db.run('insert into pointers (id, name) values (?, ?)', address, reversePtr)
  }
}
