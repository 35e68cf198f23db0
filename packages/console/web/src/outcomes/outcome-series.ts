import type { Category } from 'evenkeel'
import type { LiveCount, LiveSecond } from '../../../src/live/live-reading.ts'

/** How much of the past the graph shows, in minutes. */
export type WindowMinutes = 1 | 5 | 15

/**
 * How an exception class bears on the success rate: it lowers it, it doesn't by its category, or it
 * doesn't because it was met within a transaction, which may have gone on to succeed.
 */
export type OutcomeGroup = 'failures' | 'ignored' | 'in-steps'

export const groupOrder: readonly OutcomeGroup[] = ['failures', 'ignored', 'in-steps']

/** One exception class over time. */
export interface ClassSeries {
  /** Tells a class that ends transactions from the same class met in steps. */
  readonly key: string
  readonly exception: string
  readonly category: Category
  readonly group: OutcomeGroup
  /** How often it was thrown, per bucket. */
  readonly counts: readonly number[]
  readonly total: number
}

/** What the graph shows: all arrays have one entry per bucket, oldest first. */
export interface OutcomeSeries {
  readonly bucketSeconds: number
  /** When each bucket begins, in seconds since 1970. */
  readonly times: readonly number[]
  /** The success rate in percent; undefined where nothing was counted. */
  readonly rates: readonly (number | undefined)[]
  /** Failures first, then what is ignored, then what steps met; within each the most frequent first. */
  readonly classes: readonly ClassSeries[]
}

const bucketSecondsOf: Record<WindowMinutes, number> = { 1: 1, 5: 5, 15: 10 }

/** Prepares the seconds of the last `windowMinutes` for the graph. @param nowMs the server's time */
export function outcomeSeries(
  seconds: readonly LiveSecond[],
  nowMs: number,
  windowMinutes: WindowMinutes,
): OutcomeSeries {
  const bucketSeconds = bucketSecondsOf[windowMinutes]
  // Buckets begin at multiples of their length, so that a line keeps its shape while the window moves on.
  const lastTime = Math.floor(nowMs / 1000 / bucketSeconds) * bucketSeconds
  const size = (windowMinutes * 60) / bucketSeconds + 1
  const firstTime = lastTime - (size - 1) * bucketSeconds
  const times = Array.from({ length: size }, (_, at) => firstTime + at * bucketSeconds)

  const rated = times.map(() => ({ good: 0, bad: 0 }))
  const classes = new Map<string, Omit<ClassSeries, 'counts' | 'total'> & { counts: number[] }>()
  for (const { second, outcomes } of seconds) {
    const at = Math.floor((second - firstTime) / bucketSeconds)
    const rate = rated[at]
    if (rate === undefined) continue
    for (const outcome of outcomes) {
      if (isTransaction(outcome)) {
        if (isFailed(outcome)) rate.bad += outcome.count
        else if (outcome.category !== 'client') rate.good += outcome.count
      }
      const { kind, exception, category } = outcome
      // What would have been thrown was not.
      if (exception === undefined || category === undefined || kind === 'if-failed-closed') continue
      const group = groupOf(outcome)
      const key = `${group}:${exception}`
      const series = classes.get(key) ?? { key, exception, category, group, counts: times.map(() => 0) }
      series.counts[at] = (series.counts[at] ?? 0) + outcome.count
      classes.set(key, series)
    }
  }

  return {
    bucketSeconds,
    times,
    rates: rated.map(({ good, bad }) => rateOf(good, bad)),
    classes: [...classes.values()]
      .map(series => ({ ...series, total: series.counts.reduce((sum, count) => sum + count, 0) }))
      .sort(
        (a, b) =>
          groupOrder.indexOf(a.group) - groupOrder.indexOf(b.group) ||
          b.total - a.total ||
          a.exception.localeCompare(b.exception),
      ),
  }
}

/**
 * The counts as a line that is drawn only where something was thrown: it rises from zero and falls back
 * to it, and the long zeros between, which would lie on top of each other, are left out.
 */
export function withoutLongZeros(counts: readonly number[]): (number | undefined)[] {
  return counts.map((count, at) =>
    count > 0 || (counts[at - 1] ?? 0) > 0 || (counts[at + 1] ?? 0) > 0 ? count : undefined,
  )
}

/** The success rate in percent: client faults are in neither number. Undefined where there is nothing to rate. */
export function rateOf(good: number, bad: number): number | undefined {
  return good + bad === 0 ? undefined : (100 * good) / (good + bad)
}

/** Whether it was a whole transaction, which alone the success rate is about. */
export function isTransaction({ kind }: LiveCount): boolean {
  return kind === 'request' || kind === 'action' || kind === 'background'
}

/** Whether it lowers the success rate, were it a transaction. */
export function isFailed({ category }: LiveCount): boolean {
  return category === 'dependency' || category === 'internal'
}

function groupOf(outcome: LiveCount): OutcomeGroup {
  if (!isTransaction(outcome)) return 'in-steps'
  return isFailed(outcome) ? 'failures' : 'ignored'
}
