import { backgroundWith, newTxId } from 'evenkeel'
import type { AnyAction } from 'evenkeel/actions'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import type { PanelWorld } from '../actions/define.ts'
import { type ActionsBench, actionsBench } from '../actions/panel.fixture.ts'
import type { CloudObject } from '../cloud/embedded/inventory.ts'
import { type FindingRecord, listFindings } from '../records/findings.ts'
import type { RunSummary } from '../records/reconciler-runs.ts'
import type { Db } from '../records/tables.ts'
import { openReconciler, type ReconcilerOptions } from './open-reconciler.ts'
import type { Reconciler } from './reconciler.ts'

/** How long late effects are looked out for on the bench. */
export const watchMs = 5_000

/** A panel without its API in virtual time, and a reconciler that runs when it is asked to. */
export interface ReconcilerBench extends ActionsBench {
  readonly reconciler: Reconciler
  /** Runs it once, to its end. */
  compare(): Promise<RunSummary>
  /** What it has found, oldest first. */
  findings(): Promise<readonly FindingRecord[]>
  /** Brings an action to its success, and waits until nothing is watched any more. */
  done(action: AnyAction<PanelWorld, Db>, request: unknown): Promise<void>
  /** Does something at the cloud past the panel, and waits until it has settled. */
  outside<T>(change: () => Promise<T>): Promise<T>
  /** The newest object of a kind. */
  newest(kind: CloudObject['kind']): CloudObject
  /** The key of an action of ours that is over. */
  ownKey(): Promise<string>
}

export async function reconcilerBench(
  options: Pick<ReconcilerOptions, 'repairsMax'> = {},
): Promise<ReconcilerBench> {
  const bench = await actionsBench()
  const { clock, cloud, records } = bench
  const background = backgroundWith({ stats: memoryStats(), log: memoryTxLog(), clock })
  const reconciler = openReconciler({
    records,
    cloud,
    actions: bench.actions,
    background,
    everyMs: 300_000,
    watchMs,
    pageSize: 3,
    clock,
    ...options,
  })
  return Object.assign(bench, {
    reconciler,
    compare: () => clock.run(reconciler.run()),
    findings: async () => (await listFindings(records.read, { limit: 1000 })).toReversed(),
    async done(action: AnyAction<PanelWorld, Db>, request: unknown) {
      const { end } = await bench.actions.start(action, request)
      const { kind } = await clock.run(end)
      if (kind !== 'succeeded') throw new TypeError(`${action.name} was to prepare a test, and was ${kind}`)
      await clock.advance(60_000)
    },
    async outside<T>(change: () => Promise<T>): Promise<T> {
      const result = await clock.run(change())
      await clock.advance(60_000)
      return result
    },
    newest(kind: CloudObject['kind']) {
      const found = cloud.objects().findLast(object => object.kind === kind)
      if (found === undefined) throw new TypeError(`the cloud has no ${kind}`)
      return found
    },
    async ownKey() {
      const [action] = await bench.actions.list({ limit: 1 })
      return `${action?.id ?? newTxId()}/volumes.volume`
    },
  })
}
