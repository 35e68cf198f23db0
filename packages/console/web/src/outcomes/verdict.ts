import type { LiveReading, LiveSecond } from '../../../src/live/live-reading.ts'
import { isFailed, isTransaction } from './outcome-groups.ts'
import { rateOf } from './outcome-series.ts'

/** What was counted over some time, transactions only. */
export interface Totals {
  /** In percent; undefined where nothing was counted. */
  readonly successRate: number | undefined
  readonly failures: number
  readonly ignored: number
  readonly transactions: number
  /** The classes of the failures, the most frequent first. */
  readonly failureClasses: readonly (readonly [exception: string, count: number])[]
}

/** Adds up what was counted from `fromSecond` on. */
export function totalsOf(seconds: readonly LiveSecond[], fromSecond = 0): Totals {
  const outcomes = seconds
    .filter(({ second }) => second >= fromSecond)
    .flatMap(second => second.outcomes.filter(isTransaction))
  const countWhere = (holds: (outcome: (typeof outcomes)[number]) => boolean) =>
    outcomes.filter(holds).reduce((sum, { count }) => sum + count, 0)

  const transactions = countWhere(() => true)
  const failures = countWhere(isFailed)
  const clientFaults = countWhere(({ category }) => category === 'client')
  const classes = new Map<string, number>()
  for (const { exception, count } of outcomes.filter(isFailed)) {
    if (exception !== undefined) classes.set(exception, (classes.get(exception) ?? 0) + count)
  }
  return {
    successRate: rateOf(transactions - clientFaults - failures, failures),
    failures,
    ignored: countWhere(outcome => outcome.exception !== undefined && !isFailed(outcome)),
    transactions,
    failureClasses: [...classes].sort(([, a], [, b]) => b - a),
  }
}

/** The answer to "is everything all right?". */
export interface Verdict {
  readonly level: 'unheard' | 'failing' | 'attention' | 'well' | 'quiet'
  readonly sentence: string
  /** The class that it is mostly about. */
  readonly exception: string | undefined
}

/**
 * Judges by the last minute first, then by what the last 15 left behind.
 *
 * @param isLive whether the reading is of now: a server that isn't heard of is never said to be well
 */
export function verdictOn({ now, seconds, residue, findings }: LiveReading, isLive: boolean): Verdict {
  if (!isLive) {
    const sentence = 'No word from the server: what is below is as it was when it was last heard'
    return { level: 'unheard', sentence, exception: undefined }
  }
  const lastMinute = totalsOf(seconds, Math.floor(now / 1000) - 60)
  const all = totalsOf(seconds)
  if (lastMinute.failures > 0) {
    return about('failing', lastMinute, `${times(lastMinute.failures)} in the last minute`)
  }
  if (residue.length > 0) {
    const things = residue.length === 1 ? 'One thing is' : `${residue.length} things are`
    const sentence = `${things} left over, and tried again, after`
    return { level: 'attention', sentence, exception: residue[0]?.lastException.exception }
  }
  if (all.failures > 0) return about('attention', all, `${times(all.failures)} in the last 15 minutes`)
  if (findings !== undefined && findings.open > 0) {
    const places = findings.open === 1 ? 'in one place' : `in ${findings.open} places`
    const sentence = `No failure in the last 15 minutes, but records and cloud differ ${places}`
    return { level: 'attention', sentence, exception: undefined }
  }
  return all.transactions > 0
    ? { level: 'well', sentence: 'All is well: no failure in the last 15 minutes', exception: undefined }
    : {
        level: 'quiet',
        sentence: 'All is quiet: no transaction in the last 15 minutes',
        exception: undefined,
      }
}

function about(level: Verdict['level'], { failureClasses }: Totals, howOften: string): Verdict {
  const tense = level === 'failing' ? 'Failing now' : 'Nothing fails now'
  const kinds = failureClasses.length > 1 ? `, of ${failureClasses.length} classes, mostly` : ':'
  return { level, sentence: `${tense} – ${howOften}${kinds}`, exception: failureClasses[0]?.[0] }
}

function times(count: number): string {
  return count === 1 ? '1 failure' : `${count} failures`
}
