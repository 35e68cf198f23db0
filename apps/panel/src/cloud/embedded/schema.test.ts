import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { embeddedCloud } from './embedded-cloud.ts'
import { migrations } from './schema.ts'

const release1 = new URL('../../../test/fixtures/release-1/cloud.db', import.meta.url)

/** One object of every kind that the first release knew: a port and a volume on a server that is just being stopped. */
const worldOfVersion1 = `
  insert into objects (seq, id, kind, key, zone, made_at_ms, state, task, settles_at_ms) values
    (3, 'port-1', 'port', 'key-port', 'rma1', 1000, 'ready', null, null),
    (4, 'volume-1', 'volume', 'key-volume', 'rma1', 2000, 'ready', null, null),
    (7, 'server-1', 'server', 'key-server', 'rma1', 3000, 'pending', 'stop', 9000),
    (8, '203.0.113.1', 'pointer', 'key-pointer', null, 4000, 'ready', null, null);
  insert into servers values ('server-1', 'web', 1, 4, 0, null, null, null, 'running', 2, 'ssh-ed25519 A', 'SHA256:B');
  insert into ports values ('port-1', 'public', 'fa:16:3e:00:00:03', 'server-1');
  insert into port_addresses values ('public', '203.0.113.1', 4, 'port-1', 0), ('public', '2001:db8::1', 6, 'port-1', 1);
  insert into volumes values ('volume-1', 10, 'ssd', 'debian-13', 'server-1');
  insert into pointers values ('203.0.113.1', 'web.example.org');
`

describe('a file of the first release', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-schema-'))
    file = join(folder, 'cloud.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const edit = <T>(work: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(file)
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const open = () => embeddedCloud({ path: folder, latencyFactor: 0, now: () => 5000 })

  beforeEach(() =>
    edit(db => {
      db.exec(migrations[0] as string)
      db.exec(worldOfVersion1)
      db.exec('pragma user_version = 1')
    }),
  )

  it('is brought to the present form with every object that it holds', () => {
    const cloud = open()

    expect(cloud.objects()).toMatchObject([
      {
        kind: 'port',
        id: 'port-1',
        network: 'public',
        macAddress: 'fa:16:3e:00:00:03',
        addresses: [
          { version: 4, address: '203.0.113.1' },
          { version: 6, address: '2001:db8::1' },
        ],
        serverId: 'server-1',
      },
      { kind: 'volume', id: 'volume-1', sizeGb: 10, image: 'debian-13', serverId: 'server-1' },
      {
        kind: 'server',
        id: 'server-1',
        state: 'pending',
        settlesAtMs: 9000,
        power: 'running',
        bootCount: 2,
        bootVolumeId: 'volume-1',
        host: 'rma1-1',
      },
      { kind: 'pointer', id: '203.0.113.1', key: 'key-pointer', name: 'web.example.org' },
    ])
    cloud.close()
  })

  it('keeps what refers to what: the parts of an object go with it', () => {
    open().close()

    const left = edit(db => {
      db.exec(`pragma foreign_keys = on; delete from objects where id in ('server-1', 'port-1')`)
      return {
        servers: db.prepare('select * from servers').all(),
        addresses: db.prepare('select * from port_addresses').all(),
        volume: db.prepare('select server_id from volumes').get(),
        broken: db.prepare('pragma foreign_key_check').all(),
      }
    })

    expect(left).toMatchObject({ servers: [], addresses: [], volume: { server_id: null }, broken: [] })
  })

  it('is opened as that release left it', () => {
    copyFileSync(release1, file)
    const idsBefore = edit(db => db.prepare('select id from objects order by seq').all())

    const cloud = open()

    expect(cloud.objects()).toMatchObject(idsBefore)
    expect(cloud.objects()).toHaveLength(9)
    cloud.close()
  })
})
