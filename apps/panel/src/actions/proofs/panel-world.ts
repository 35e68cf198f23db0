import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import type { Json } from 'evenkeel'
import type { ProofWorld, VirtualClock, WorldObject } from 'evenkeel/testing'
import { CloudDatabase } from '../../cloud/embedded/database.ts'
import type { EmbeddedCloud } from '../../cloud/embedded/embedded-cloud.ts'
import type { CloudObject } from '../../cloud/embedded/inventory.ts'
import { openRecords, type Records } from '../../records/database.ts'
import type { Db } from '../../records/tables.ts'
import { actionDatabase } from '../action-database.ts'
import type { PanelWorld } from '../define.ts'
import { type ActionsBench, virtualCloud } from '../panel.fixture.ts'
import { PastConnection } from './past-connection.ts'
import { rewinding } from './rewinding.ts'

/** Records and cloud at one moment, as bytes: every run of a proof begins with a copy. */
export interface PanelImage {
  readonly records: Uint8Array
  readonly cloud: Uint8Array
}

/** Takes what a bench has come to. */
export function imageOf({ cloud, databaseFile }: ActionsBench): PanelImage {
  const records = new DatabaseSync(databaseFile)
  try {
    // Each run has a journal of its own, which the records are bound to when they first meet.
    records.exec("delete from meta where key = 'journal'")
    return { records: records.serialize(), cloud: cloud.image() }
  } finally {
    records.close()
  }
}

/** A panel without its API, in one run of a proof. */
export interface PanelProofWorld extends ProofWorld<PanelWorld, Db> {
  cloudObjects(): readonly CloudObject[]
  /** Rows of a table, past all faults. */
  rows(sql: string): readonly Row[]
}

export type Row = Record<string, string | number | null>

/** Panels that begin with the same image, and answer without latency but for what settles later: one after the other. */
export interface PanelWorlds extends AsyncDisposable {
  next(clock: VirtualClock): Promise<PanelProofWorld>
}

/**
 * The databases are opened once, and go back to the image for each world: to open them, and to prepare all that is asked of
 * them, takes as long as what a run does with them.
 */
export async function panelWorlds(image: PanelImage): Promise<PanelWorlds> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-proof-'))
  const file = (name: string, content: Uint8Array) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const path = file('panel.db', image.records)
  const records = await openRecords({ path, isDurable: false })
  const past = new PastConnection(path)
  const database = new CloudDatabase(':memory:', image.cloud)
  const rewindRecords = rewinding(past, file('panel-image.db', image.records))
  const rewindCloud = rewinding(database, file('cloud-image.db', image.cloud))
  return {
    async next(clock) {
      // What the run before was still reading or writing comes to its end.
      await records.transaction(async () => {})
      await turn()
      rewindRecords()
      rewindCloud()
      return panelWorld(virtualCloud(clock, { database }), records, past)
    },
    async [Symbol.asyncDispose]() {
      past.close()
      database.close()
      await records.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function panelWorld(cloud: EmbeddedCloud, records: Records, past: PastConnection): PanelProofWorld {
  return {
    world: { cloud, records },
    database: actionDatabase(records),
    cloudObjects: () => cloud.objects(),
    rows: sql => past.all(sql),
    objects: () => cloud.objects().map(presented),
    records: () =>
      Object.fromEntries(tables.map(table => [table, past.all(`select * from ${table}`)])) as Json,
    damage(key) {
      const objects = cloud.objects()
      const carrier = objects.find(object => object.key === key) ?? changedBy(key, objects)
      if (carrier !== undefined) cloud.damage(carrier.id)
      return carrier?.id
    },
  }
}

const tables = [
  'servers',
  'interfaces',
  'addresses',
  'freed_ordinals',
  'subnet_addresses',
  'server_groups',
  'server_group_members',
  'volumes',
  'volume_snapshots',
  'networks',
  'subnets',
  'floating_ips',
  'load_balancers',
  'load_balancer_pools',
  'load_balancer_members',
  'load_balancer_listeners',
  'load_balancer_monitors',
  'custom_image_imports',
  'custom_images',
  'objects_users',
  'routers',
  'suspensions',
  'suspended_servers',
  'reservations',
  'gone',
  'admitted_actions',
]

function presented({ id, key, madeAtMs: _, ...state }: CloudObject): WorldObject {
  return { id, key, state: JSON.parse(JSON.stringify(state)) }
}

/** What steps change by their names. */
const changes: readonly (readonly [RegExp, CloudObject['kind']])[] = [
  [/\/compute\.(start|stop|reboot|resize)$/, 'server'],
  [/\/(compute\.volume-(at|de)tachment|volumes\.(extension(-repair)?|revert))$/, 'volume'],
  [/\/compute\.port-attachment\//, 'port'],
  [/\/network\.router-attachment$/, 'port'],
  [/\/network\.mtu$/, 'network'],
  [/\/network\.subnet-settings$/, 'subnet'],
  [/\/load-balancers\.listener-settings$/, 'listener'],
  [/\/load-balancers\.member-settings$/, 'member'],
  [/\/load-balancers\.monitor-settings$/, 'monitor'],
]

/** A step that changes something carries its key nowhere: it is the one object of its kind whose change is proved, the newest. */
function changedBy(key: string, objects: readonly CloudObject[]): CloudObject | undefined {
  const [, changed] = changes.find(([step]) => step.test(key)) ?? []
  return objects.findLast(({ kind }) => kind === changed)
}
