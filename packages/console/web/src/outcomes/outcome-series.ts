import type { Category } from 'evenkeel'
import type { LiveSecond } from '../../../src/live/live-reading.ts'
import { groupOf, groupOrder, isFailed, isTransaction, type OutcomeGroup } from './outcome-groups.ts'
import { timesOf, timesShown, type WindowMinutes } from './time-shown.ts'

/** One exception class over time. */
export interface ClassSeries {
  /** Tells a class that ends transactions from the same class met on the way. */
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
  /**
   * What the success rate would at least have been, had no call failed open. A transaction in which several did is
   * counted for each of them: it may have been more.
   */
  readonly ratesIfClosed: readonly (number | undefined)[]
  /** Failures first, then what is ignored, then what was met on the way; within each the most frequent first. */
  readonly classes: readonly ClassSeries[]
}

/** Prepares the seconds of the last `windowMinutes` for the graph. @param nowMs the server's time */
export function outcomeSeries(
  seconds: readonly LiveSecond[],
  nowMs: number,
  windowMinutes: WindowMinutes,
): OutcomeSeries {
  const { bucketSeconds } = timesShown[windowMinutes]
  const times = timesOf(nowMs, windowMinutes)
  const [firstTime = 0] = times

  const rated = times.map(() => ({ good: 0, bad: 0, hidden: 0, hiddenBad: 0 }))
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
      if (outcome.kind === 'if-failed-closed' && outcome.category !== 'discard') {
        rate.hidden += outcome.count
        if (isFailed(outcome)) rate.hiddenBad += outcome.count
      }
      const { exception, category } = outcome
      if (exception === undefined || category === undefined) continue
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
    ratesIfClosed: rated.map(({ good, bad, hidden, hiddenBad }) =>
      rateOf(Math.max(0, good - hidden), bad + hiddenBad),
    ),
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
