import { describe, expect, it } from 'vitest'
import type { Outcome, OutcomeCount, Stats, StatsSeries } from './stats.ts'

/** What everything that counts outcomes and shows them must do. */
export function statsContract(
  name: string,
  make: (options: { now: () => number; combinationsMax?: number }) => Stats & StatsSeries,
): void {
  describe(name, () => {
    it('counts each combination in all, with the sum of its durations', () => {
      const stats = make({ now: () => 0 })

      stats.record(success({ durationMs: 3 }))
      stats.record(success({ durationMs: 4 }))
      stats.record(notFound({ durationMs: 1 }))

      expect(sorted(stats.totals())).toEqual([
        counted(notFound(), 1, 1), //
        counted(success(), 2, 7),
      ])
    })

    it('tells kinds, operations, classes, categories and statuses apart', () => {
      const stats = make({ now: () => 0 })
      const different = [
        success(),
        success({ kind: 'call' }),
        success({ operation: 'GET /v1/servers' }),
        success({ status: 202 }),
        notFound(),
        notFound({ exception: 'VolumeNotFoundException' }),
        notFound({ category: 'dependency' }),
      ]

      for (const outcome of different) stats.record(outcome)

      expect(sorted(stats.totals())).toEqual(sorted(different.map(outcome => counted(outcome, 1, 0))))
    })

    it('shows the seconds in which something was counted, oldest first, the present one included', () => {
      let nowMs = 10_000
      const stats = make({ now: () => nowMs })

      stats.record(success({ durationMs: 5 }))
      nowMs = 12_999
      stats.record(notFound({ durationMs: 1 }))
      stats.record(notFound({ durationMs: 1 }))

      expect(stats.seconds(0, 20)).toEqual([
        { second: 10, outcomes: [counted(success(), 1, 5)] },
        { second: 12, outcomes: [counted(notFound(), 2, 2)] },
      ])
    })

    it('shows no second before the first that was asked for, and none from the last on', () => {
      let nowMs = 0
      const stats = make({ now: () => nowMs })
      for (nowMs = 10_000; nowMs < 15_000; nowMs += 1000) stats.record(success())

      const seconds = stats.seconds(11, 13).map(({ second }) => second)

      expect(seconds).toEqual([11, 12])
    })

    it('does not change what it has shown', () => {
      let nowMs = 10_000
      const stats = make({ now: () => nowMs })
      stats.record(success())
      const shown = stats.seconds(0, 20)
      const totals = stats.totals()

      stats.record(success())
      nowMs = 11_000
      stats.record(success())

      expect(shown).toEqual([{ second: 10, outcomes: [counted(success(), 1, 0)] }])
      expect(totals).toEqual([counted(success(), 1, 0)])
    })

    it('loses nothing when the clock is set back', () => {
      let nowMs = 10_000
      const stats = make({ now: () => nowMs })
      stats.record(success())

      nowMs = 4000
      stats.record(success())
      nowMs = 11_000
      stats.record(success())

      const inSeconds = stats.seconds(0, 20).flatMap(({ outcomes }) => outcomes)
      expect(inSeconds.reduce((sum, { count }) => sum + count, 0)).toBe(3)
      expect(stats.totals()).toEqual([counted(success(), 3, 0)])
    })

    it('counts what goes beyond its limit of combinations under `other`, in the same category', () => {
      const stats = make({ now: () => 0, combinationsMax: 2 })
      stats.record(success({ operation: 'a' }))
      stats.record(success({ operation: 'b' }))

      stats.record(success({ operation: 'c' }))
      stats.record(notFound({ operation: 'd' }))
      stats.record(notFound({ operation: 'e' }))
      stats.record(success({ operation: 'a' }))

      expect(sorted(stats.totals())).toEqual([
        counted(success({ operation: 'a' }), 2, 0),
        counted(success({ operation: 'b' }), 1, 0),
        counted(notFound({ operation: 'other', exception: 'other', status: 0 }), 2, 0),
        counted(success({ operation: 'other', status: 0 }), 1, 0),
      ])
    })
  })
}

function success(parts: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'request',
    operation: 'GET /v1/servers/{id}',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 0,
    ...parts,
  }
}

function notFound(parts: Partial<Outcome> = {}): Outcome {
  return success({ exception: 'ServerNotFoundException', category: 'client', status: 404, ...parts })
}

function counted(
  { durationMs: _, ...combination }: Outcome,
  count: number,
  durationMsSum: number,
): OutcomeCount {
  return { ...combination, count, durationMsSum }
}

function sorted(counts: readonly OutcomeCount[]): OutcomeCount[] {
  const nameOf = ({ kind, operation, exception = '~', category, status }: OutcomeCount): string =>
    [operation, exception, kind, category, status].join(' ')
  return counts.toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
}
