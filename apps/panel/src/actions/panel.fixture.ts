import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Journal, memoryJournal } from 'evenkeel/actions'
import { VirtualClock } from 'evenkeel/testing'
import {
  type EmbeddedCloud,
  type EmbeddedCloudOptions,
  embeddedCloud,
} from '../cloud/embedded/embedded-cloud.ts'
import { emptyWorld } from '../cloud/embedded/empty-world.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { quotaUse } from '../records/quota.ts'
import { serverRecords } from '../records/servers.ts'
import { temporaryRecords } from '../records/testing.ts'
import type { CreateServerRequest } from './create-server.ts'
import { openPanelActions, type PanelActions } from './panel-actions.ts'

/** A panel without its API, in virtual time: an embedded cloud, records, and actions that can die and come back. */
export interface ActionsBench {
  readonly clock: VirtualClock
  readonly cloud: EmbeddedCloud
  readonly records: Records
  readonly databaseFile: string
  readonly projectId: string
  /** The engine of the present process. */
  actions: PanelActions
  /** Whether the fault `crash` has struck since the last restart. */
  isDead(): boolean
  /** Ends the present process as it is, and starts the next one. */
  restart(): Promise<void>
  newServer(given?: Partial<CreateServerRequest>): CreateServerRequest
  /** What must hold once nothing is under way: objects, addresses and quota are those of the live servers and volumes. */
  accounts(): Promise<{ objects: string[]; addresses: number; use: Awaited<ReturnType<typeof quotaUse>> }>
  statusOf(uuid: string): Promise<string | undefined>
  dispose(): Promise<void>
}

export async function actionsBench(): Promise<ActionsBench> {
  const clock = new VirtualClock()
  const { records, folder, projectId, dispose } = await temporaryRecords({
    quotaServers: 10,
    quotaVcpus: 100,
    quotaMemoryGb: 400,
  })
  const journal = memoryJournal()
  let life = { isOver: false }
  const cloud = virtualCloud(clock, {
    kill: () => {
      life.isOver = true
    },
  })
  const open = () => {
    life = { isOver: false }
    return openPanelActions({
      world: { cloud, records },
      journal: mortal(journal, life),
      secretKey: new Uint8Array(32),
      settleMs: 200,
      watchMs: 5_000,
      clock,
      random: () => 0.5,
    })
  }

  const bench: ActionsBench = {
    clock,
    cloud,
    records,
    databaseFile: join(folder, 'panel.db'),
    projectId,
    actions: await open(),
    isDead: () => life.isOver,
    async restart() {
      life.isOver = true
      bench.actions = await open()
    },
    newServer: given => ({
      uuid: randomUUID(),
      projectId,
      name: 'web1',
      zone: 'rma1',
      flavor: 'flex-4-1',
      image: 'debian-12',
      rootVolume: { uuid: randomUUID(), name: 'web1-root', sizeGb: 10, type: 'ssd' },
      volumes: [{ uuid: randomUUID(), name: 'web1-1', sizeGb: 100, type: 'bulk' }],
      interfaces: [{ kind: 'public', versions: [4, 6] }],
      group: undefined,
      sshKeys: ['ssh-ed25519 AAAA me'],
      password: undefined,
      userData: undefined,
      tags: {},
      createdAt: newCreatedAt(clock.now()),
      changingMs: 0,
      ...given,
    }),
    async accounts() {
      const addresses = await records.read.selectFrom('addresses').select('address').execute()
      return {
        objects: cloud
          .objects()
          .map(({ kind }) => kind)
          .sort(),
        addresses: addresses.length,
        use: await quotaUse(records.read, projectId),
      }
    },
    statusOf: async uuid => (await serverRecords.find(records.read, projectId, uuid))?.status,
    async dispose() {
      life.isOver = true
      cloud.close()
      await dispose()
    },
  }
  return bench
}

/** Of an image of 2 GB that needs not be fetched. */
export const listedImageUrl = 'http://images.example.org/small.raw'

/** An embedded cloud in virtual time, a little slower than none, in which chance is always in the middle. */
export function virtualCloud(
  clock: VirtualClock,
  options: Partial<EmbeddedCloudOptions> = {},
): EmbeddedCloud {
  return embeddedCloud({
    path: ':memory:',
    ...(options.path === undefined && { image: emptyWorld() }),
    latencyFactor: 0.1,
    now: () => clock.now(),
    sleep: async (ms, signal) => {
      await clock.sleep(ms, signal)
      signal?.throwIfAborted()
    },
    random: () => 0.5,
    listedImages: new Map([[listedImageUrl, 2]]),
    ...options,
  })
}

/** A journal that stops answering when its process is dead: nothing that waits for it goes on. */
function mortal(journal: Journal, life: { readonly isOver: boolean }): Journal {
  return {
    ...journal,
    append: (actionId, entries) =>
      life.isOver ? new Promise<never>(() => {}) : journal.append(actionId, entries),
  }
}
