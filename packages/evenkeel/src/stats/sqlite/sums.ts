import type { CountedSecond, OutcomeLatency } from '../stats.ts'
import type { Counted } from '../tallies.ts'
import type { Dictionary } from './dictionary.ts'
import {
  addCount,
  addLatency,
  addPackedCounts,
  addPackedLatencies,
  type Counts,
  CountTotals,
  type Latencies,
  packCounts,
  packLatencies,
} from './packed.ts'

/** The columns of a row that hold what was counted. */
export interface PackedSums {
  readonly outcomes: Uint8Array
  readonly callers: Uint8Array
  readonly latencies: Uint8Array
}

/** What was counted within some time under one release, by the dictionary's numbers. */
export class Sums {
  readonly #outcomes: Counts = new Map()
  readonly #callers: Counts = new Map()
  readonly #latencies: Latencies = new Map()

  /** Within a database transaction, since names may be new. */
  static of({ second, outcomes, callers }: CountedSecond, dictionary: Dictionary): Sums {
    const day = Math.floor(second / 86_400)
    const sums = new Sums()
    for (const outcome of outcomes) {
      const id = dictionary.idOfOutcome(outcome, day)
      const durationUs = Math.max(0, Math.round(outcome.durationMsSum * 1000))
      addCount(sums.#outcomes, id, outcome.count, durationUs)
      addLatency(sums.#latencies, id, outcome.latency)
    }
    for (const caller of callers) {
      addCount(sums.#callers, dictionary.idOfCaller(caller, day), caller.count, 0)
    }
    return sums
  }

  /** Adds what a row holds; a row that was read for less than all of it has fewer columns. */
  add({ outcomes, callers, latencies }: Partial<PackedSums>): this {
    if (outcomes !== undefined) addPackedCounts(outcomes, this.#outcomes)
    if (callers !== undefined) addPackedCounts(callers, this.#callers)
    if (latencies !== undefined) addPackedLatencies(latencies, this.#latencies)
    return this
  }

  pack(): PackedSums {
    return {
      outcomes: packCounts(this.#outcomes),
      callers: packCounts(this.#callers),
      latencies: packLatencies(this.#latencies),
    }
  }

  outcomes(dictionary: Dictionary): OutcomeLatency[] {
    return Array.from(this.#outcomes, ([id, { count, durationUs }]) => {
      const { name: operation, kind, exception, category, status } = dictionary.entryOf(id)
      const latency = this.#latencies.get(id) ?? []
      return {
        kind,
        operation,
        exception,
        category,
        status,
        count,
        durationMsSum: durationUs / 1000,
        latency,
      }
    })
  }
}

/** How often what ended how within some time under one release: all that a loss is made of. */
export class Endings {
  readonly #outcomes = new CountTotals()
  readonly #callers = new CountTotals()

  /** Adds what a row holds; a row that was read for less than all of it has fewer columns. */
  add({ outcomes, callers }: Partial<PackedSums>): void {
    if (outcomes !== undefined) this.#outcomes.add(outcomes)
    if (callers !== undefined) this.#callers.add(callers)
  }

  counted(dictionary: Dictionary, release: string): Counted {
    const outcomes = Array.from(this.#outcomes, ([id, count]) => {
      const { name: operation, kind, exception, category } = dictionary.entryOf(id)
      return { kind, operation, exception, category, count }
    })
    const callers = Array.from(this.#callers, ([id, count]) => {
      const { name: caller, kind, exception, category } = dictionary.entryOf(id)
      return { kind, caller, exception, category, count }
    })
    return { release, outcomes, callers }
  }
}
