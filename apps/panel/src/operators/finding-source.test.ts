import type { FindingsSource } from '@evenkeel/console'
import { newTxId } from 'evenkeel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reconciler } from '../reconciler/reconciler.ts'
import type { Records } from '../records/database.ts'
import { reportFinding, type SeenFinding } from '../records/findings.ts'
import { insertRun, type RunSummary } from '../records/reconciler-runs.ts'
import { temporaryRecords } from '../records/testing.ts'
import { findingSource } from './finding-source.ts'

const orphan: SeenFinding = {
  kind: 'orphan',
  objectKind: 'port',
  cloudId: 'port-7',
  objectUuid: null,
  projectId: null,
  objectName: null,
  field: '',
  what: 'Port port-7 is at the cloud; nothing in the records has it.',
  remedies: [],
}
const run: RunSummary = {
  startedAtMs: 1000,
  endedAtMs: 2000,
  compared: { port: 7 },
  othersCount: 2,
  found: { orphan: 1, missing: 0, drifted: 0, broken: 0 },
  exception: undefined,
}

/** A reconciler that is asked, and does nothing. */
class IdleReconciler implements Reconciler {
  readonly asked: unknown[] = []
  readonly actionId = newTxId()
  runningSinceMs: number | undefined

  async run(): Promise<RunSummary> {
    this.runningSinceMs = 3000
    return run
  }

  async remedy(...asked: [number, string, string]) {
    this.asked.push(asked)
    return { actionId: this.actionId }
  }
}

describe('the findings of the panel', () => {
  let records: Records
  let dispose: () => Promise<void>
  let reconciler: IdleReconciler
  let source: FindingsSource
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    reconciler = new IdleReconciler()
    source = findingSource({ records, reconciler, now: () => 9000 })
  })
  afterEach(() => dispose())
  const report = () => records.transaction(trx => reportFinding(trx, orphan, 1000))

  it('are those of the records', async () => {
    const finding = await report()

    expect(await source.list({ limit: 10, states: ['open'] })).toEqual([finding])
    expect(await source.find(finding.id)).toEqual(finding)
    expect(await source.overview()).toEqual({ open: 1, repairing: 0 })
  })

  it('come of runs, which operators see and begin', async () => {
    await records.transaction(trx => insertRun(trx, run))

    expect(await source.comparisons(10)).toEqual([run])
    expect(source.comparingSinceMs).toBeUndefined()
    source.compare()
    expect(source.comparingSinceMs).toBe(3000)
  })

  it('are remedied by the reconciler, in the name of the operator', async () => {
    expect(await source.remedy(7, 'resize', 'ada')).toEqual({ actionId: reconciler.actionId })
    expect(reconciler.asked).toEqual([[7, 'resize', 'ada']])
  })

  it('are dismissed once', async () => {
    const { id } = await report()
    const dismiss = () => source.dismiss(id, { by: 'ada', reason: 'It is a test.' })

    expect([await dismiss(), await dismiss()]).toEqual([true, false])
    expect(await source.find(id)).toMatchObject({ state: 'dismissed', settledAtMs: 9000, dismissedBy: 'ada' })
  })
})
