import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryStats } from './memory-stats.ts'
import { statsContract } from './stats.contract.ts'
import type { Outcome } from './stats.ts'

statsContract('memoryStats', memoryStats)

describe('memoryStats', () => {
  it('forgets a second once it is older than `keepSeconds`, and keeps it in the totals', () => {
    let nowMs = 0
    const stats = memoryStats({ now: () => nowMs, keepSeconds: 3 })
    for (nowMs = 0; nowMs < 5000; nowMs += 1000) stats.record(outcomeOf('a'))
    nowMs = 4000

    expect(stats.seconds(0, 10).map(({ second }) => second)).toEqual([2, 3, 4])
    expect(stats.totals()).toMatchObject([{ count: 5 }])
  })

  it('forgets by the clock, also when nothing more is counted', () => {
    let nowMs = 0
    const stats = memoryStats({ now: () => nowMs, keepSeconds: 3 })
    stats.record(outcomeOf('a'))

    nowMs = 3000

    expect(stats.seconds(0, 10)).toEqual([])
  })

  it('holds no more combinations than its limit and one `other` for each kind and category', () => {
    const stats = memoryStats({ now: () => 0, combinationsMax: 10 })

    for (let at = 0; at < 10_000; at++) stats.record({ ...outcomeOf(`operation ${at}`), status: at })

    expect(stats.totals()).toHaveLength(11)
    expect(stats.totals().at(-1)).toMatchObject({ operation: 'other', count: 9990 })
  })

  it('shows in its seconds what it shows in its totals, whatever was counted when', () => {
    const record = fc.record({
      afterMs: fc.integer({ min: -2000, max: 5000 }),
      operation: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      isLook: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), records => {
        let nowMs = 1_000_000
        const stats = memoryStats({ now: () => nowMs, combinationsMax: 3 })
        for (const { afterMs, operation, isLook } of records) {
          nowMs += afterMs
          stats.record(outcomeOf(operation))
          if (isLook) stats.seconds(0, Number.POSITIVE_INFINITY)
        }

        const bySecond = new Map<string, number>()
        for (const { outcomes } of stats.seconds(0, Number.POSITIVE_INFINITY)) {
          for (const { operation, count } of outcomes) {
            bySecond.set(operation, (bySecond.get(operation) ?? 0) + count)
          }
        }

        const inAll = new Map(stats.totals().map(({ operation, count }) => [operation, count]))
        expect(bySecond).toEqual(inAll)
        expect([...inAll.values()].reduce((sum, count) => sum + count, 0)).toBe(records.length)
      }),
    )
  })
})

function outcomeOf(operation: string): Outcome {
  return { kind: 'request', operation, exception: undefined, category: undefined, status: 200, durationMs: 1 }
}
