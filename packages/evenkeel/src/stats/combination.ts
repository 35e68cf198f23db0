import type { TxId } from '../filters/tx-id.ts'
import { latencyBucketCount, latencyOf } from './latency.ts'
import type { CallerCount, Example, Outcome, OutcomeCount, OutcomeLatency } from './stats.ts'

/** One combination that is told apart, with its counts in all and within the present second. */
export interface Combination extends Omit<Outcome, 'durationMs' | 'caller' | 'txId'> {
  count: number
  durationMs: number
  countNow: number
  durationMsNow: number
  /** What all operations that end like this have in common: who called. */
  readonly ending: Ending
  /** Durations by bucket: of the seconds that are over, and of the present one. */
  readonly latency: Float64Array
  readonly latencyNow: Uint32Array
  // An example in fields of its own: an object for each would be made at every outcome.
  exampleTxId: TxId | undefined
  exampleDurationMs: number
  exampleEndedAtMs: number
}

export interface Ending extends Pick<Outcome, 'kind' | 'exception' | 'category'> {
  readonly callers: Map<string, Caller>
}

export interface Caller extends Omit<CallerCount, 'count'> {
  countNow: number
}

/** A second that is over, in little memory: an hour of them is kept. */
export class FinishedSecond {
  readonly second: number
  readonly #combinations: readonly Combination[]
  /** A count and a sum of durations for each combination, in turn. */
  readonly #numbers: Float64Array

  constructor(second: number, combinations: readonly Combination[]) {
    this.second = second
    this.#combinations = combinations
    this.#numbers = new Float64Array(combinations.length * 2)
    for (const [at, { countNow, durationMsNow }] of combinations.entries()) {
      this.#numbers[2 * at] = countNow
      this.#numbers[2 * at + 1] = durationMsNow
    }
  }

  outcomes(): OutcomeCount[] {
    return this.#combinations.map((combination, at) =>
      countOf(combination, this.#numbers[2 * at] as number, this.#numbers[2 * at + 1] as number),
    )
  }
}

export function beginSecond(combination: Combination): void {
  for (let bucket = 0; bucket < latencyBucketCount; bucket++) {
    const count = combination.latencyNow[bucket] as number
    if (count > 0) combination.latency[bucket] = (combination.latency[bucket] as number) + count
  }
  combination.latencyNow.fill(0)
  combination.countNow = 0
  combination.durationMsNow = 0
}

export function latencyNowOf(combination: Combination): OutcomeLatency {
  return { ...countNowOf(combination), latency: latencyOf(combination.latencyNow) }
}

export function callerNowOf({ kind, caller, exception, category, countNow }: Caller): CallerCount {
  return { kind, caller, exception, category, count: countNow }
}

export function exampleOf(combination: Combination): Example | undefined {
  const { exampleTxId: txId, exampleDurationMs: durationMs, exampleEndedAtMs: endedAtMs } = combination
  return txId && { txId, durationMs, endedAtMs }
}

export function countNowOf(combination: Combination): OutcomeCount {
  return countOf(combination, combination.countNow, combination.durationMsNow)
}

export function countOf(
  { kind, operation, exception, category, status }: Combination,
  count: number,
  durationMsSum: number,
): OutcomeCount {
  return { kind, operation, exception, category, status, count, durationMsSum }
}
