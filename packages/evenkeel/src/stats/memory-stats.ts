import type { Category } from '../exceptions/exception.ts'
import type { Outcome, OutcomeCount, OutcomeKind, SecondOfOutcomes, Stats, StatsSeries } from './stats.ts'

export interface MemoryStatsOptions {
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
  /** How many seconds are kept one by one. @default 3600 */
  keepSeconds?: number
  /**
   * How many combinations of operation, class and status are told apart. What comes later is counted, with its
   * kind and category, under the operation and class `other`. @default 1000
   */
  combinationsMax?: number
}

/** Counts in memory, for this process. Recording a combination that occurred before allocates nothing. */
export function memoryStats({
  now = Date.now,
  keepSeconds = 3600,
  combinationsMax = 1000,
}: MemoryStatsOptions = {}): Stats & StatsSeries {
  return new MemoryStats(now, keepSeconds, combinationsMax)
}

/** What combinations beyond the limit are counted under. */
const other = 'other'

class MemoryStats implements Stats, StatsSeries {
  readonly #now: () => number
  readonly #combinationsMax: number
  readonly #combinations: Combination[] = []
  readonly #index: CombinationIndex = new Map()
  /** Finished seconds, each at its remainder by the ring's length, until a later one takes its place. */
  readonly #ring: (FinishedSecond | undefined)[]
  /** The second that is being counted, and the combinations that occurred in it. */
  #second = Number.NEGATIVE_INFINITY
  #active: Combination[] = []

  constructor(now: () => number, keepSeconds: number, combinationsMax: number) {
    this.#now = now
    this.#combinationsMax = combinationsMax
    this.#ring = new Array(keepSeconds).fill(undefined)
  }

  record(outcome: Outcome): void {
    const second = this.#nowSecond()
    // A clock that was set back goes on counting in the second that it had reached: what is finished stays as it is.
    if (second > this.#second) this.#begin(second)
    const combination = this.#find(outcome) ?? this.#add(outcome)
    if (combination.countNow === 0) this.#active.push(combination)
    combination.countNow++
    combination.durationMsNow += outcome.durationMs
    combination.count++
    combination.durationMs += outcome.durationMs
  }

  seconds(fromSecond: number, toSecond: number): readonly SecondOfOutcomes[] {
    const reached = Math.max(this.#second, this.#nowSecond())
    if (reached > this.#second) this.#begin(reached)
    const found: SecondOfOutcomes[] = []
    const oldest = Math.max(Math.ceil(fromSecond), reached - this.#ring.length + 1)
    for (let second = oldest; second < toSecond && second < reached; second++) {
      const finished = this.#ring[second % this.#ring.length]
      if (finished?.second === second) found.push({ second, outcomes: finished.outcomes() })
    }
    if (fromSecond <= reached && reached < toSecond && this.#active.length > 0) {
      found.push({ second: reached, outcomes: this.#active.map(countNowOf) })
    }
    return found
  }

  totals(): readonly OutcomeCount[] {
    return this.#combinations.map(combination =>
      countOf(combination, combination.count, combination.durationMs),
    )
  }

  #nowSecond(): number {
    return Math.floor(this.#now() / 1000)
  }

  #begin(second: number): void {
    if (this.#active.length > 0) {
      this.#ring[this.#second % this.#ring.length] = new FinishedSecond(this.#second, this.#active)
      for (const combination of this.#active) {
        combination.countNow = 0
        combination.durationMsNow = 0
      }
      this.#active = []
    }
    this.#second = second
  }

  #find({ kind, operation, exception, category, status }: Outcome): Combination | undefined {
    return this.#index.get(kind)?.get(operation)?.get(exception)?.get(category)?.get(status)
  }

  #add(outcome: Outcome): Combination {
    if (this.#combinations.length < this.#combinationsMax) return this.#insert(outcome)
    const folded: Outcome = {
      ...outcome,
      operation: other,
      exception: outcome.exception === undefined ? undefined : other,
      status: 0,
    }
    return this.#find(folded) ?? this.#insert(folded)
  }

  #insert({ kind, operation, exception, category, status }: Outcome): Combination {
    const combination: Combination = {
      kind,
      operation,
      exception,
      category,
      status,
      count: 0,
      durationMs: 0,
      countNow: 0,
      durationMsNow: 0,
    }
    const byOperation = branch(this.#index, kind)
    const byException = branch(byOperation, operation)
    const byCategory = branch(byException, exception)
    branch(byCategory, category).set(status, combination)
    this.#combinations.push(combination)
    return combination
  }
}

/** One combination that is told apart, with its counts in all and within the present second. */
interface Combination extends Omit<Outcome, 'durationMs'> {
  count: number
  durationMs: number
  countNow: number
  durationMsNow: number
}

/** By kind, operation, exception, category and status. Nested, so that a look-up needs no key made for it. */
type CombinationIndex = Map<
  OutcomeKind,
  Map<string, Map<string | undefined, Map<Category | undefined, Map<number, Combination>>>>
>

function branch<Key, K, V>(parent: Map<Key, Map<K, V>>, key: Key): Map<K, V> {
  let child = parent.get(key)
  if (child === undefined) {
    child = new Map()
    parent.set(key, child)
  }
  return child
}

/** A second that is over, in little memory: an hour of them is kept. */
class FinishedSecond {
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

function countNowOf(combination: Combination): OutcomeCount {
  return countOf(combination, combination.countNow, combination.durationMsNow)
}

function countOf(
  { kind, operation, exception, category, status }: Combination,
  count: number,
  durationMsSum: number,
): OutcomeCount {
  return { kind, operation, exception, category, status, count, durationMsSum }
}
