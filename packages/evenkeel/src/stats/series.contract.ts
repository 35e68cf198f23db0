import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { addLatencies } from './latency.ts'
import { type MemoryStats, memoryStats } from './memory-stats.ts'
import type { Series } from './series.ts'
import type { Outcome, OutcomeCount } from './stats.ts'

/** What everything that keeps statistics must do. */
export function seriesContract(
  name: string,
  make: (options: { stats: MemoryStats; release: string; now: () => number }) => Promise<Series>,
): void {
  describe(name, () => {
    const opened: Series[] = []
    afterEach(() => Promise.all(opened.splice(0).map(series => series.close())))

    async function open(now: () => number, release = 'r1'): Promise<{ stats: MemoryStats; series: Series }> {
      const stats = memoryStats({ now })
      const series = await make({ stats, release, now })
      opened.push(series)
      return { stats, series }
    }

    it('shows the seconds in which something was counted, oldest first, the present one included', async () => {
      let nowMs = noonMs
      const { stats, series } = await open(() => nowMs)

      stats.record(success({ durationMs: 5 }))
      nowMs += 2000
      stats.record(failure())
      stats.record(failure())

      expect(await series.seconds(noon, noon + 10)).toEqual([
        { second: noon, outcomes: [counted(success(), 1, 5)] },
        { second: noon + 2, outcomes: [counted(failure(), 2, 0)] },
      ])
      expect(await series.seconds(noon + 1, noon + 2)).toEqual([])
    })

    it('adds minutes, hours and days up, with their durations', async () => {
      let nowMs = noonMs
      const { stats, series } = await open(() => nowMs)
      for (const second of [0, 59, 60, 3599, 3600]) {
        nowMs = noonMs + second * 1000
        stats.record(success({ durationMs: second }))
      }

      const counts = async (width: 60 | 3600 | 86_400) =>
        (await series.stretches({ fromSecond: 0, toSecond: noon + 86_400 }, width)).map(stretch => [
          stretch.fromSecond - noon,
          stretch.toSecond - stretch.fromSecond,
          stretch.outcomes[0]?.count,
        ])

      expect(await counts(60)).toEqual([
        [0, 60, 2],
        [60, 60, 1],
        [3540, 60, 1],
        [3600, 60, 1],
      ])
      expect(await counts(3600)).toEqual([
        [0, 3600, 4],
        [3600, 3600, 1],
      ])
      expect(await counts(86_400)).toEqual([[-43_200, 86_400, 5]])
    })

    it('tells which class cost which part of the success rate, beside as much time before', async () => {
      let nowMs = noonMs
      const { stats, series } = await open(() => nowMs)
      times(10, () => stats.record(success()))
      nowMs += 60_000
      times(6, () => stats.record(success()))
      times(3, () => stats.record(failure()))
      stats.record(failure({ exception: 'DnsException' }))

      const loss = await series.loss({ window: { fromSecond: noon + 60, toSecond: noon + 120 } })

      expect(loss).toMatchObject({
        window: { fromSecond: noon + 60, toSecond: noon + 120, successRate: 0.6, count: 10 },
        before: { fromSecond: noon, toSecond: noon + 60, successRate: 1, count: 10 },
        change: 0.4,
        shares: [
          { exception: 'DiskFullException', count: 3, change: 0.3 },
          { exception: 'DnsException', count: 1, change: 0.1 },
        ],
      })
    })

    it('tells shares apart by operation, by caller and by release', async () => {
      const { stats, series } = await open(() => noonMs, 'r2')
      times(6, () => stats.record(success({ caller: 'project:1' })))
      stats.record(failure({ operation: 'GET /a', caller: 'project:1' }))
      stats.record(failure({ operation: 'GET /b', caller: 'project:2' }))
      stats.record(failure({ operation: 'GET /b', caller: 'project:2' }))
      stats.record(failure({ operation: 'GET /b' }))

      const sharesBy = async (by: 'operation' | 'caller' | 'release') => {
        const window = { fromSecond: noon, toSecond: noon + 60 }
        const { shares } = await series.loss({ window, by })
        return Object.fromEntries(shares.map(({ of = 'nobody known', lost }) => [of, lost]))
      }

      expect(await sharesBy('operation')).toEqual({ 'GET /a': 0.1, 'GET /b': 0.3 })
      expect(await sharesBy('caller')).toEqual({ 'project:1': 0.1, 'project:2': 0.2, 'nobody known': 0.1 })
      expect(await sharesBy('release')).toEqual({ r2: 0.4 })
    })

    it('rounds what is older than two hours down to minutes, and says so', async () => {
      let nowMs = noonMs + 30_000
      const { stats, series } = await open(() => nowMs)
      stats.record(failure())
      nowMs += 3 * 3_600_000

      const { window } = await series.loss({ window: { fromSecond: noon + 45, toSecond: noon + 90 } })

      expect(window).toMatchObject({ fromSecond: noon, toSecond: noon + 60, count: 1 })
    })

    it('forgets seconds after two hours and minutes after 30 days, and keeps the hours', async () => {
      let nowMs = noonMs
      const { stats, series } = await open(() => nowMs)
      stats.record(success())
      nowMs += 31 * 86_400_000
      stats.record(success())
      nowMs += 60_000
      stats.record(success())
      nowMs += 60_000

      expect((await series.seconds(0, noon + 86_400)).length).toBe(0)
      expect((await series.stretches({ fromSecond: 0, toSecond: noon + 86_400 }, 60)).length).toBe(0)
      expect((await series.stretches({ fromSecond: 0, toSecond: noon + 86_400 }, 3600)).length).toBe(1)
    })

    it('refuses to be read once it has been closed', async () => {
      const { series } = await open(() => noonMs)
      await series.close()

      await expect(series.seconds(0, 1)).rejects.toThrow('closed')
      await expect(series.close()).resolves.toBeUndefined()
    })

    it('shows at every width what was counted, whatever was counted when', { timeout: 60_000 }, async () => {
      const record = fc.record({
        afterMs: fc.integer({ min: 0, max: 200_000 }),
        operation: fc.constantFrom('a', 'b'),
        isFailure: fc.boolean(),
        caller: fc.constantFrom(undefined, 'project:1', 'project:2'),
        durationMs: fc.integer({ min: 1, max: 1000 }),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 25 }), async records => {
          let nowMs = noonMs
          const { stats, series } = await open(() => nowMs)
          for (const { afterMs, isFailure, ...outcome } of records) {
            nowMs += afterMs
            stats.record(isFailure ? failure(outcome) : success(outcome))
            if (isFailure) await series.seconds(0, 1)
          }
          const all = { fromSecond: noon - 86_400, toSecond: noon + 2 * 86_400 }

          const seconds = await series.seconds(all.fromSecond, all.toSecond)
          const minutes = await series.stretches(all, 60)
          const days = await series.stretches(all, 86_400)

          const countedBy = (outcomes: readonly OutcomeCount[]) =>
            outcomes.reduce((sum, { count }) => sum + count, 0)
          expect(countedBy(seconds.flatMap(({ outcomes }) => outcomes))).toBe(records.length)
          expect(countedBy(minutes.flatMap(({ outcomes }) => outcomes))).toBe(records.length)
          const inOne = addLatencies(stats.latencies().map(({ latency }) => latency))
          const inDays = days.flatMap(({ outcomes }) => outcomes)
          expect(addLatencies(inDays.map(({ latency }) => latency))).toEqual(inOne)

          const loss = await series.loss({ window: all, by: 'caller' })
          const failures = records.filter(({ isFailure }) => isFailure)
          expect(loss.window.count).toBe(records.length)
          expect(loss.shares.reduce((sum, { count }) => sum + count, 0)).toBe(failures.length)
          for (const { of, count } of loss.shares) {
            expect(count).toBe(failures.filter(({ caller }) => caller === of).length)
          }
          await series.close()
        }),
        { numRuns: 12 },
      )
    })
  })
}

const noonMs = Date.UTC(2026, 10, 22, 12)
const noon = noonMs / 1000

function times(count: number, work: () => void): void {
  for (let at = 0; at < count; at++) work()
}

function success(parts: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'request',
    operation: 'GET /v1/servers',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 0,
    ...parts,
  }
}

function failure(parts: Partial<Outcome> = {}): Outcome {
  return success({ exception: 'DiskFullException', category: 'dependency', status: 503, ...parts })
}

function counted(
  { kind, operation, exception, category, status }: Outcome,
  count: number,
  durationMsSum: number,
): OutcomeCount {
  return { kind, operation, exception, category, status, count, durationMsSum }
}
