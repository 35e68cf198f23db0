import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attachVolumeAction } from '../actions/attach-volume.ts'
import { startServerAction, stopServerAction } from '../actions/change-power.ts'
import { createFloatingIp } from '../actions/create-floating-ip.ts'
import { createServer } from '../actions/create-server.ts'
import { createVolumeAction } from '../actions/create-volume.ts'
import { deleteFloatingIp } from '../actions/delete-floating-ip.ts'
import { deleteServer } from '../actions/delete-server.ts'
import { deleteVolume } from '../actions/delete-volume.ts'
import { detachVolumeAction } from '../actions/detach-volume.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { floatingIpRecords } from '../records/floating-ips.ts'
import { serverRecords } from '../records/servers.ts'
import { volumeRecords } from '../records/volumes.ts'
import { type ReconcilerBench, reconcilerBench } from './reconciler.fixture.ts'

let bench: ReconcilerBench
beforeEach(async () => {
  bench = await reconcilerBench()
})
afterEach(() => bench.dispose())

const deeds = [
  'create',
  'delete',
  'stop',
  'start',
  'volume',
  'attach',
  'detach',
  'remove',
  'lead',
  'drop',
] as const

describe('customers who create, change and delete while the records are compared', () => {
  it('never make a finding, and never lose what is theirs', async () => {
    const deed = fc.record({
      what: fc.constantFrom(...deeds),
      at: fc.nat({ max: 9 }),
      afterMs: fc.nat({ max: 400 }),
      loses: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 8, maxLength: 20 }), async deeds => {
        const { clock, reconciler } = bench
        let isOver = false
        const comparing = (async () => {
          while (!isOver) {
            await reconciler.run()
            await clock.sleep(50)
          }
        })()
        const customers = (async () => {
          try {
            await Promise.all(deeds.map((deed, at) => does(deed, at * 100)))
          } finally {
            isOver = true
          }
        })()
        await clock.run(Promise.all([customers, comparing]))
        await clock.advance(60_000)
        const after = await bench.compare()

        expect(await bench.findings()).toEqual([])
        expect(after).toMatchObject({ exception: undefined, othersCount: 0 })
      }),
      { numRuns: 4 },
    )
  })
})

interface Deed {
  readonly what: (typeof deeds)[number]
  readonly at: number
  readonly afterMs: number
  readonly loses: boolean
}

async function does({ what, at, afterMs, loses }: Deed, sinceMs: number): Promise<void> {
  await bench.clock.sleep(sinceMs + afterMs)
  if (loses) bench.cloud.faults.replace([{ operation: 'volumes.create', kind: 'lose-answer', times: 1 }])
  await attempt(what, at)
}

/** What a customer asks for; what the panel refuses in the present state is nothing. */
async function attempt(what: (typeof deeds)[number], at: number): Promise<void> {
  const { records, projectId, actions, clock } = bench
  const pick = async <R>(of: { list(db: typeof records.read, projectId: string): Promise<readonly R[]> }) => {
    const all = await of.list(records.read, projectId)
    return all[at % all.length]
  }
  const server = await pick(serverRecords)
  const volume = await pick(volumeRecords)
  const floatingIp = await pick(floatingIpRecords)
  const common = { uuid: randomUUID(), projectId, tags: {}, createdAt: newCreatedAt(clock.now()) }
  const [action, request] = {
    create: [createServer, bench.newServer({ volumes: [] })],
    delete: [deleteServer, server],
    stop: [stopServerAction, server],
    start: [startServerAction, server],
    volume: [
      createVolumeAction,
      {
        ...common,
        name: 'data',
        content: { kind: 'empty', sizeGb: 10, type: 'ssd', zone: 'rma1' },
        server: undefined,
      },
    ],
    attach: [
      attachVolumeAction,
      volume && server && { ...volume, server: { uuid: server.uuid, path: 'server' } },
    ],
    detach: [detachVolumeAction, volume],
    remove: [deleteVolume, volume],
    lead: [
      createFloatingIp,
      {
        ...common,
        version: 4,
        isNetwork: false,
        region: 'rma',
        server: server?.uuid,
        reversePtr: 'floating.example.org',
      },
    ],
    drop: [deleteFloatingIp, floatingIp],
  }[what]
  if (request === undefined) return
  try {
    // biome-ignore lint/suspicious/noExplicitAny: which action it is, and what it is asked, is drawn.
    const { end } = await actions.start(action as any, request, { waitMs: 2_000 })
    await end
  } catch (thrown) {
    if (!('category' in (thrown as object)) || (thrown as { category: string }).category === 'internal')
      throw thrown
  }
}
