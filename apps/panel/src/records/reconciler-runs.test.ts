import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { insertRun, listRuns, type RunSummary } from './reconciler-runs.ts'
import { temporaryRecords } from './testing.ts'

let records: Records
let dispose: () => Promise<void>
beforeEach(async () => {
  ;({ records, dispose } = await temporaryRecords())
})
afterEach(() => dispose())

function run(startedAtMs: number, given: Partial<RunSummary> = {}): RunSummary {
  return {
    startedAtMs,
    endedAtMs: startedAtMs + 10,
    compared: { server: 3, port: 5 },
    othersCount: 2,
    found: { orphan: 1, missing: 0, drifted: 0, broken: 0 },
    exception: undefined,
    ...given,
  }
}

describe("the reconciler's runs", () => {
  it('are kept as they ended, newest first', async () => {
    const failed = run(2, { exception: { name: 'CloudDownException', message: 'The cloud is down.' } })
    await records.transaction(trx => insertRun(trx, run(1)))
    await records.transaction(trx => insertRun(trx, failed))

    expect(await listRuns(records.read, { limit: 10 })).toEqual([failed, run(1)])
    expect(await listRuns(records.read, { limit: 1 })).toEqual([failed])
  })

  it('are the last hundred', async () => {
    await records.transaction(async trx => {
      for (let at = 1; at <= 103; at++) await insertRun(trx, run(at))
    })

    const kept = await listRuns(records.read, { limit: 200 })
    expect(kept).toHaveLength(100)
    expect(kept.at(-1)?.startedAtMs).toBe(4)
  })
})
