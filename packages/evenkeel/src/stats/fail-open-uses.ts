import type { OutcomeCount } from './stats.ts'
import { successRate } from './success-rate.ts'

/** A call that may fail open, and what that does to the success rate. */
export interface FailOpenUse {
  /** `<operation>/<name of the call>` */
  readonly operation: string
  /** How often it was called and either answered or was swallowed. */
  readonly runs: number
  /** How often it failed open, by the class of what was swallowed. */
  readonly swallowed: { readonly [exception: string]: number }
  /** The share of the runs that failed open, from 0 to 1. */
  readonly rate: number
  /** The success rate over everything counted, from 0 to 1, had this one call failed closed. */
  readonly successRateIfClosed: number | undefined
}

/**
 * Every call that may fail open, by operation: how often it does, and what the success rate would be if it didn't.
 * Transactions that were interrupted anyway are not counted a second time.
 *
 * @example
 * for (const { operation, rate, successRateIfClosed } of failOpenUses(stats.totals())) console.log(operation, rate)
 */
export function failOpenUses(counts: readonly OutcomeCount[]): readonly FailOpenUse[] {
  const byOperation = Map.groupBy(
    counts.filter(({ kind }) => kind === 'fail-open'),
    ({ operation }) => operation,
  )
  return [...byOperation]
    .map(([operation, uses]) => useOf(operation, uses, counts))
    .toSorted((left, right) => (left.operation < right.operation ? -1 : 1))
}

function useOf(
  operation: string,
  uses: readonly OutcomeCount[],
  counts: readonly OutcomeCount[],
): FailOpenUse {
  const swallowed: Record<string, number> = {}
  for (const { exception, count } of uses) {
    if (exception !== undefined) swallowed[exception] = (swallowed[exception] ?? 0) + count
  }
  const runs = sum(uses)
  return {
    operation,
    runs,
    swallowed,
    rate: runs === 0 ? 0 : sum(uses.filter(({ exception }) => exception !== undefined)) / runs,
    successRateIfClosed: successRate([...counts, ...movedBy(operation, counts)]),
  }
}

/** What takes each transaction that ended well thanks to the call out of the successes, and puts it where it would be. */
function movedBy(
  operation: string,
  counts: readonly OutcomeCount[],
): Pick<OutcomeCount, 'kind' | 'category' | 'count'>[] {
  return counts
    .filter(hypothesis => hypothesis.kind === 'if-failed-closed' && hypothesis.operation === operation)
    .flatMap(({ category, count }) => [
      { kind: 'request', category: undefined, count: -count },
      { kind: 'request', category, count },
    ])
}

function sum(counts: readonly OutcomeCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0)
}
