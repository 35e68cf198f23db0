import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newTxId } from '../filters/tx-id.ts'
import { latencyBucket } from './latency.ts'
import { memoryStats } from './memory-stats.ts'
import { statsContract } from './stats.contract.ts'
import type { CountedSecond, Outcome } from './stats.ts'

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

  it('tells how long each combination took, over the seconds that are over and the present one', () => {
    let nowMs = 0
    const stats = memoryStats({ now: () => nowMs })
    stats.record({ ...outcomeOf('a'), durationMs: 1 })
    stats.record({ ...outcomeOf('a'), durationMs: 30 })
    nowMs = 1000
    stats.record({ ...outcomeOf('a'), durationMs: 30 })

    expect(stats.latencies()).toMatchObject([
      { operation: 'a', count: 3, latency: [latencyBucket(1), 1, latencyBucket(30), 2] },
    ])
  })

  it('keeps the newest transaction of each combination as an example', () => {
    let nowMs = 0
    const stats = memoryStats({ now: () => nowMs })
    stats.record({ ...outcomeOf('a'), txId: newTxId(0) })
    nowMs = 5000
    const txId = newTxId(5000)
    stats.record({ ...outcomeOf('a'), txId, durationMs: 3 })

    expect(stats.latencies()[0]?.example).toEqual({ txId, durationMs: 3, endedAtMs: 5000 })
  })

  describe('a second that is over', () => {
    it('is handed on once, with durations and callers', () => {
      let nowMs = 10_000
      const seconds: CountedSecond[] = []
      const stats = memoryStats({ now: () => nowMs })
      stats.onSecond(second => seconds.push(second))
      stats.record({ ...outcomeOf('a'), caller: 'project:7', durationMs: 2 })
      stats.record({ ...outcomeOf('b'), caller: 'project:7', durationMs: 2 })
      expect(seconds).toEqual([])

      nowMs = 11_000
      stats.totals()
      stats.seconds(0, 20)
      stats.seconds(0, 20)

      expect(seconds).toMatchObject([
        {
          second: 10,
          outcomes: [
            { operation: 'a', count: 1, durationMsSum: 2, latency: [latencyBucket(2), 1] },
            { operation: 'b', count: 1 },
          ],
          callers: [{ kind: 'request', caller: 'project:7', exception: undefined, count: 2 }],
        },
      ])
    })

    it('is not handed on any more to who has had enough', () => {
      let nowMs = 10_000
      const seconds: CountedSecond[] = []
      const stats = memoryStats({ now: () => nowMs })
      const stop = stats.onSecond(second => seconds.push(second))
      stats.record(outcomeOf('a'))

      stop()
      nowMs = 11_000
      stats.record(outcomeOf('a'))

      expect(seconds).toEqual([])
      expect(stats.presentSecond()).toMatchObject({ second: 11, outcomes: [{ count: 1 }] })
    })
  })

  it('counts callers beyond its limit as `other`', () => {
    const stats = memoryStats({ now: () => 0, callersMax: 2 })
    for (const caller of ['x', 'y', 'z', 'x', 'w']) stats.record({ ...outcomeOf('a'), caller })

    expect(stats.presentSecond()?.callers).toMatchObject([
      { caller: 'x', count: 2 },
      { caller: 'y', count: 1 },
      { caller: 'other', count: 2 },
    ])
  })

  it('allocates nothing for what occurred before', async () => {
    const stats = memoryStats({ now: () => 1_000_000_000_500 })
    const outcome: Outcome = { ...outcomeOf('a'), caller: 'project:7', txId: newTxId() }
    const recordMany = () => {
      for (let at = 0; at < 4_000_000; at++) stats.record(outcome)
    }
    recordMany()

    // A single field of 16 bytes for each would be 64 MB: several collections of the young generation.
    expect(await collectionsDuring(recordMany)).toBeLessThanOrEqual(1)
  })
})

/** How often garbage was collected meanwhile. */
async function collectionsDuring(work: () => void): Promise<number> {
  const starts: number[] = []
  const observer = new PerformanceObserver(list =>
    starts.push(...list.getEntries().map(({ startTime }) => startTime)),
  )
  observer.observe({ entryTypes: ['gc'] })
  const startedAtMs = performance.now()
  work()
  const endedAtMs = performance.now()
  // Entries are handed over in a later turn of the event loop.
  await new Promise(resolve => setTimeout(resolve, 50))
  observer.disconnect()
  return starts.filter(start => start >= startedAtMs && start <= endedAtMs).length
}

function outcomeOf(operation: string): Outcome {
  return { kind: 'request', operation, exception: undefined, category: undefined, status: 200, durationMs: 1 }
}
