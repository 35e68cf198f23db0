import { newTxId } from 'evenkeel'
import { memoryTxLog, type TxLog, type TxRow } from 'evenkeel/tx-log'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { txRow } from '../console.fixture.ts'
import { type EndedWithinQuery, endedWithin } from './ended-within.ts'

const minuteMs = 60_000
const windowMs = { endedFromMs: 10 * minuteMs, endedToMs: 11 * minuteMs }

let log: TxLog
beforeEach(() => {
  log = memoryTxLog()
})

function append(startedAtMs: number, durationMs: number, parts: Partial<TxRow> = {}): TxRow {
  const row = txRow({ id: newTxId(startedAtMs), startedAtMs, durationMs, ...parts })
  log.append(row)
  return row
}

async function allPages(query: EndedWithinQuery): Promise<TxRow[]> {
  const rows: TxRow[] = []
  for (let before: TxRow['id'] | undefined; ; ) {
    const page = await endedWithin(log, { ...query, ...(before && { before }) })
    rows.push(...page.transactions)
    if (page.before === undefined) return rows
    before = page.before
  }
}

describe('endedWithin', () => {
  it('finds what ended in the window though it started long before, and not what merely started in it', async () => {
    const action = append(2 * minuteMs, 8.5 * minuteMs)
    append(10.5 * minuteMs, 2 * minuteMs)
    append(9 * minuteMs, 10)

    expect(await allPages(windowMs)).toEqual([action])
  })

  it('tells the window’s last moment from the next one’s first', async () => {
    const first = append(10 * minuteMs - 5, 5)
    append(11 * minuteMs - 5, 5)

    expect(await allPages(windowMs)).toEqual([first])
  })

  it('finds those of a caller whatever token they came with', async () => {
    const one = append(10 * minuteMs, 1, { principal: 'project:7' })
    const two = append(10 * minuteMs + 1, 1, { principal: 'project:7/token:ci' })
    append(10 * minuteMs + 2, 1, { principal: 'project:77/token:ci' })
    append(10 * minuteMs + 3, 1)

    expect(await allPages({ ...windowMs, caller: 'project:7' })).toEqual([two, one])
  })

  it('is answered page by page with each transaction once, however many others lie between', async () => {
    const durations = fc.array(fc.constantFrom(1, 30_000, 9 * minuteMs, 40 * minuteMs), { maxLength: 600 })
    await fc.assert(
      fc.asyncProperty(durations, fc.integer({ min: 1, max: 60 }), async (all, limit) => {
        log = memoryTxLog()
        const rows = all.map((durationMs, at) => append(at * 1000, durationMs))
        const ended = rows.filter(({ startedAtMs, durationMs }) => {
          const endedAtMs = startedAtMs + durationMs
          return endedAtMs >= windowMs.endedFromMs && endedAtMs < windowMs.endedToMs
        })

        expect(await allPages({ ...windowMs, limit })).toEqual(ended.toReversed())
      }),
      { numRuns: 40 },
    )
  })
})
