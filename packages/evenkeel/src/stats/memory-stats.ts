import type { Category } from '../exceptions/exception.ts'
import {
  beginSecond,
  type Caller,
  type Combination,
  callerNowOf,
  countNowOf,
  countOf,
  type Ending,
  exampleOf,
  FinishedSecond,
  latencyNowOf,
} from './combination.ts'
import { latencyBucket, latencyBucketCount, latencyOf } from './latency.ts'
import type {
  CountedSecond,
  LatencyTotals,
  Outcome,
  OutcomeCount,
  OutcomeKind,
  SecondOfOutcomes,
  SecondsSource,
  Stats,
  StatsSeries,
} from './stats.ts'

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
  /** How many callers are told apart. Those who come later are counted as the caller `other`. @default 100 */
  callersMax?: number
}

/** What counts in memory, for this process, and shows it in every way. */
export interface MemoryStats extends Stats, StatsSeries, SecondsSource, LatencyTotals {}

/** Counts in memory, for this process. Recording a combination that occurred before allocates nothing. */
export function memoryStats({
  now = Date.now,
  keepSeconds = 3600,
  combinationsMax = 1000,
  callersMax = 100,
}: MemoryStatsOptions = {}): MemoryStats {
  return new StatsInMemory({ now, keepSeconds, combinationsMax, callersMax })
}

/** What combinations and callers beyond the limits are counted under. */
export const other = 'other'

class StatsInMemory implements MemoryStats {
  readonly #now: () => number
  readonly #combinationsMax: number
  readonly #callersMax: number
  readonly #combinations: Combination[] = []
  readonly #index: CombinationIndex = new Map()
  /** By kind, exception and category: how a transaction ended, whatever the operation. */
  readonly #endings = new Map<string, Ending>()
  readonly #callers = new Set<string>()
  readonly #listeners = new Set<(second: CountedSecond) => void>()
  /** Finished seconds, each at its remainder by the ring's length, until a later one takes its place. */
  readonly #ring: (FinishedSecond | undefined)[]
  /** The second that is being counted, and the combinations that occurred in it. */
  #second = Number.NEGATIVE_INFINITY
  #active: Combination[] = []
  #activeCallers: Caller[] = []

  constructor({ now, keepSeconds, combinationsMax, callersMax }: Required<MemoryStatsOptions>) {
    this.#now = now
    this.#combinationsMax = combinationsMax
    this.#callersMax = callersMax
    this.#ring = new Array(keepSeconds).fill(undefined)
  }

  record(outcome: Outcome): void {
    const nowMs = this.#now()
    const second = Math.floor(nowMs / 1000)
    // A clock that was set back goes on counting in the second that it had reached: what is finished stays as it is.
    if (second > this.#second) this.#begin(second)
    const combination = this.#find(outcome) ?? this.#add(outcome)
    if (combination.countNow === 0) this.#active.push(combination)
    combination.countNow++
    combination.durationMsNow += outcome.durationMs
    combination.count++
    combination.durationMs += outcome.durationMs
    const bucket = latencyBucket(outcome.durationMs)
    combination.latencyNow[bucket] = (combination.latencyNow[bucket] as number) + 1
    combination.exampleTxId = outcome.txId
    combination.exampleDurationMs = outcome.durationMs
    combination.exampleEndedAtMs = nowMs
    if (outcome.caller !== undefined) this.#countCaller(combination.ending, outcome.caller)
  }

  seconds(fromSecond: number, toSecond: number): readonly SecondOfOutcomes[] {
    const reached = this.#reach()
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

  latencies(): ReturnType<LatencyTotals['latencies']> {
    return this.#combinations.map(combination => ({
      ...countOf(combination, combination.count, combination.durationMs),
      latency: latencyOf(
        combination.latency.map((count, at) => count + (combination.latencyNow[at] as number)),
      ),
      example: exampleOf(combination),
    }))
  }

  onSecond(listener: (second: CountedSecond) => void): () => void {
    this.#reach()
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  presentSecond(): CountedSecond | undefined {
    this.#reach()
    return this.#active.length === 0 ? undefined : this.#countedNow()
  }

  /** Ends the second that was being counted if it is over. Returns the one that is counted from now on. */
  #reach(): number {
    const second = Math.floor(this.#now() / 1000)
    if (second > this.#second) this.#begin(second)
    return this.#second
  }

  #begin(second: number): void {
    if (this.#active.length > 0) this.#finish()
    this.#second = second
  }

  #finish(): void {
    this.#ring[this.#second % this.#ring.length] = new FinishedSecond(this.#second, this.#active)
    if (this.#listeners.size > 0) {
      const counted = this.#countedNow()
      for (const listener of this.#listeners) listener(counted)
    }
    for (const combination of this.#active) beginSecond(combination)
    for (const caller of this.#activeCallers) caller.countNow = 0
    this.#active = []
    this.#activeCallers = []
  }

  #countedNow(): CountedSecond {
    return {
      second: this.#second,
      outcomes: this.#active.map(latencyNowOf),
      callers: this.#activeCallers.map(callerNowOf),
    }
  }

  #countCaller(ending: Ending, name: string): void {
    const caller = ending.callers.get(name) ?? this.#addCaller(ending, name)
    if (caller.countNow === 0) this.#activeCallers.push(caller)
    caller.countNow++
  }

  #addCaller({ kind, exception, category, callers }: Ending, name: string): Caller {
    if (this.#callers.size < this.#callersMax) this.#callers.add(name)
    const shown = this.#callers.has(name) ? name : other
    const caller = callers.get(shown) ?? { kind, exception, category, caller: shown, countNow: 0 }
    callers.set(shown, caller)
    return caller
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
      ending: this.#ending(kind, exception, category),
      latency: new Float64Array(latencyBucketCount),
      latencyNow: new Uint32Array(latencyBucketCount),
      exampleTxId: undefined,
      exampleDurationMs: 0,
      exampleEndedAtMs: 0,
    }
    const byOperation = branch(this.#index, kind)
    const byException = branch(byOperation, operation)
    const byCategory = branch(byException, exception)
    branch(byCategory, category).set(status, combination)
    this.#combinations.push(combination)
    return combination
  }

  #ending(kind: OutcomeKind, exception: string | undefined, category: Category | undefined): Ending {
    const key = JSON.stringify([kind, exception, category])
    const ending = this.#endings.get(key) ?? { kind, exception, category, callers: new Map() }
    this.#endings.set(key, ending)
    return ending
  }
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
