/** The reconciler: how long it takes to compare 100,000 objects with their records, what it keeps in memory, and how much answers wait for it. `--objects 100000`. */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { backgroundWith } from 'evenkeel'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import { type ApiForTests, apiForTests } from '../apps/panel/src/api/testing.ts'
import { openReconciler } from '../apps/panel/src/reconciler/open-reconciler.ts'
import type { Reconciler } from '../apps/panel/src/reconciler/reconciler.ts'
import { median, report } from './figure.ts'
import { cloudWith, objectsPerServer, plan, record } from './reconcile/fill.ts'

const { values } = parseArgs({ options: { objects: { type: 'string', default: '100000' } } })
const many = Number(values.objects)
const few = many / 10
const rounds = 5
const roundMs = 3_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const small = await panelWith(few)
const heapOfFew = await heapDuring(small.reconciler)
await small.api.dispose()

const { api, reconciler, server } = await panelWith(many)
const heapOfMany = await heapDuring(reconciler)
const tookMs: number[] = []
for (let round = 0; round < 3; round++) tookMs.push(await timed(() => compareAll(reconciler, many)))
const idle: number[] = []
const busy: number[] = []
for (let round = 0; round < rounds; round++) {
  idle.push(await p99OfGet(api, server))
  const comparing = compareUntil(reconciler)
  busy.push(await p99OfGet(api, server))
  await comparing.end()
}
await api.dispose()

report({
  figure: `comparison of ${many} objects with their records`,
  value: median(tookMs) / 1000,
  unit: 's',
  aim: { atMost: 30 },
})
report({
  figure: `heap in use meanwhile, after collections (${inMb(heapOfMany)}), beside that of ${few} (${inMb(heapOfFew)})`,
  value: heapOfMany / heapOfFew,
  unit: '×',
  aim: { atMost: 1.2 },
})
report({
  figure: `p99 of a GET meanwhile (${median(busy).toFixed(2)} ms) over p99 of an idle panel (${median(idle).toFixed(2)} ms)`,
  value: median(busy) / median(idle),
  unit: '×',
  aim: { atMost: 1.5 },
})

async function panelWith(objects: number) {
  const servers = plan(objects / objectsPerServer)
  const api = await apiForTests({ cloudImage: cloudWith(servers) })
  await record(api.records, servers)
  const { records, cloud, actions } = api
  const background = backgroundWith({ stats: memoryStats(), log: memoryTxLog() })
  const often = { everyMs: 300_000, watchMs: 600_000 }
  const reconciler = openReconciler({ records, cloud, actions, background, ...often })
  return { api, reconciler, server: `/v1/servers/${servers[0]?.uuid}` }
}

async function compareAll(reconciler: Reconciler, objects: number): Promise<void> {
  const { compared, found, exception } = await reconciler.run()
  const count = Object.values(compared).reduce((all, one) => all + one, 0)
  const findings = Object.values(found).reduce((all, one) => all + one, 0)
  if (exception !== undefined || count !== objects || findings > 0)
    throw new Error(
      `${count} objects compared, ${findings} findings, ${exception?.message ?? 'no exception'}`,
    )
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return performance.now() - startedAtMs
}

/** The most that is alive in a run, in bytes. */
async function heapDuring(reconciler: Reconciler): Promise<number> {
  let isOver = false
  let most = 0
  const run = reconciler.run().then(() => {
    isOver = true
  })
  while (!isOver) {
    collect()
    most = Math.max(most, process.memoryUsage().heapUsed)
    await setTimeout(100)
  }
  await run
  return most
}

/** In milliseconds, of requests that come 250 times a second. */
async function p99OfGet(api: ApiForTests, path: string): Promise<number> {
  const tookMs: number[] = []
  const waits: Promise<unknown>[] = []
  for (let sent = 0; sent < roundMs / 4; sent++) {
    const startedAtMs = performance.now()
    waits.push(api.send('GET', path).then(() => tookMs.push(performance.now() - startedAtMs)))
    await setTimeout(4)
  }
  await Promise.all(waits)
  return tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.99)] ?? Number.NaN
}

/** Compares again and again. */
function compareUntil(reconciler: Reconciler): { end(): Promise<void> } {
  let isOver = false
  const running = (async () => {
    while (!isOver) await reconciler.run()
  })()
  return {
    async end() {
      isOver = true
      await running
    },
  }
}

function inMb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}
