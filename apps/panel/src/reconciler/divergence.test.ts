import { randomUUID } from 'node:crypto'
import { backgroundWith } from 'evenkeel'
import { memoryJournal } from 'evenkeel/actions'
import { memoryStats } from 'evenkeel/stats'
import { VirtualClock } from 'evenkeel/testing'
import { memoryTxLog } from 'evenkeel/tx-log'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFloatingIp } from '../actions/create-floating-ip.ts'
import { createServer } from '../actions/create-server.ts'
import { openPanelActions } from '../actions/panel-actions.ts'
import { prepareLoadBalancer } from '../actions/proofs/load-balancer-proofs.ts'
import { imageOf, type PanelWorlds, panelWorlds } from '../actions/proofs/panel-world.ts'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import type { CloudObject } from '../cloud/embedded/inventory.ts'
import { type FindingRecord, listFindings } from '../records/findings.ts'
import type { RunSummary } from '../records/reconciler-runs.ts'
import { recordedKinds } from '../records/recorded-kinds.ts'
import { type Divergence, diverge, divergences } from './divergence.fixture.ts'
import { openReconciler } from './open-reconciler.ts'
import { actionOfKey } from './own-key.ts'
import { reconcilerBench } from './reconciler.fixture.ts'

/** What is repaired without being asked, by the kind of finding and the field. */
const safe =
  /^(missing (route|pointer)|drifted .*(power|mtu|gateway_address|dns_servers|settings|next_hop|reverse_ptr))/

let worlds: PanelWorlds
let knownActionId: string
beforeAll(async () => {
  const bench = await reconcilerBench()
  try {
    for (const name of ['one', 'other']) {
      const server = bench.newServer({ name })
      await bench.done(createServer, server)
      const kind = { version: 4, isNetwork: false, region: 'rma', reversePtr: `${name}.example.org` } as const
      const { projectId, createdAt } = server
      await bench.done(createFloatingIp, {
        uuid: randomUUID(),
        projectId,
        createdAt,
        ...kind,
        server: server.uuid,
        tags: {},
      })
    }
    await prepareLoadBalancer({ bench, done: bench.done })
    knownActionId = (await bench.actions.list({ limit: 1 }))[0]?.id ?? ''
    worlds = await panelWorlds(imageOf(bench))
  } finally {
    await bench.dispose()
  }
})
afterAll(() => worlds[Symbol.asyncDispose]())

describe('a reconciler that has run twice, whatever was done at the cloud', () => {
  it('has left nothing that is safe, has touched nothing of others, and has removed nothing that is live', async () => {
    await fc.assert(
      fc.asyncProperty(divergences, async changes => {
        const { before, after, summaries, findings, recordedIds } = await reconciled(changes)

        for (const { exception } of summaries) expect(exception).toBeUndefined()
        const open = findings.filter(({ state }) => state !== 'repaired' && state !== 'passed')
        expect(open.map(inWords).filter(words => safe.test(words))).toEqual([])

        const left = new Map(after.map(object => [object.id, object]))
        for (const object of before) {
          const isOrphan = !recordedIds.has(object.id)
          const isOurs = object.key.startsWith(`${knownActionId}/some.step`)
          if (isOrphan && isOurs) expect(left.has(object.id), `${object.kind} is an orphan`).toBe(false)
          else if (isOrphan) expect(left.get(object.id), `${object.kind} of others`).toEqual(object)
          else expect(left.has(object.id), `${object.kind} is live`).toBe(true)
        }
        const unknown = before.filter(
          ({ id, key }) =>
            !recordedIds.has(id) && !key.startsWith(knownActionId) && actionOfKey(key) !== undefined,
        )
        const asked = open.filter(({ kind }) => kind === 'orphan').map(({ cloudId }) => cloudId)
        expect(asked.toSorted()).toEqual(unknown.map(({ id }) => id).toSorted())
      }),
      { numRuns: 25 },
    )
  })
})

function inWords({ kind, objectKind, field }: FindingRecord): string {
  return `${kind} ${objectKind} ${field}`
}

interface Reconciled {
  /** What the cloud had after all was done to it, and after the reconciler. */
  readonly before: readonly CloudObject[]
  readonly after: readonly CloudObject[]
  readonly summaries: readonly RunSummary[]
  readonly findings: readonly FindingRecord[]
  /** What the records say is at the cloud. */
  readonly recordedIds: ReadonlySet<string>
}

async function reconciled(changes: readonly Divergence[]): Promise<Reconciled> {
  const clock = new VirtualClock()
  const { world } = await worlds.next(clock)
  const { records } = world
  const cloud = world.cloud as EmbeddedCloud
  const actions = await openPanelActions({
    world,
    journal: memoryJournal(),
    secretKey: new Uint8Array(32),
    settleMs: 200,
    watchMs: 5_000,
    clock,
    random: () => 0.5,
  })
  await clock.advance(1_000_000)
  for (const change of changes) {
    await clock.run(diverge(cloud, change, knownActionId))
    await clock.advance(60_000)
  }
  const before = cloud.objects()
  const recordedIds = new Set<string>()
  for (const { list } of Object.values(recordedKinds)) {
    for (const { id } of await list(records.read, { limit: 1000 })) recordedIds.add(id)
  }
  const background = backgroundWith({ stats: memoryStats(), log: memoryTxLog(), clock })
  const options = {
    records,
    cloud,
    actions,
    background,
    everyMs: 300_000,
    watchMs: 5_000,
    pageSize: 3,
    clock,
  }
  const reconciler = openReconciler(options)
  const summaries: RunSummary[] = []
  for (let run = 0; run < 2; run++) {
    summaries.push(await clock.run(reconciler.run()))
    await clock.advance(300_000)
  }
  const findings = await listFindings(records.read, { limit: 1000 })
  await clock.run(actions.stop())
  return { before, after: cloud.objects(), summaries, findings, recordedIds }
}
