import type { Category } from '../exceptions/exception.ts'
import type { PartKind, TxKind } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { Latency } from './latency.ts'

/**
 * What was counted: a transaction, or a part of one. `if-failed-closed` is neither: it is what a transaction that
 * ended well would have ended with, had one of its calls not failed open.
 */
export type OutcomeKind = TxKind | PartKind | 'if-failed-closed'

/** How one run of a service ended. */
export interface Outcome {
  readonly kind: OutcomeKind
  readonly operation: string
  /** The class of the exception that it ended with, or undefined for a success. */
  readonly exception: string | undefined
  readonly category: Category | undefined
  /** The status that it was answered with; 0 where there is none. */
  readonly status: number
  readonly durationMs: number
  /** On whose behalf it ran, in few different values. @default nobody's that is known */
  readonly caller?: string | undefined
  /** The transaction that it was, or was a part of. */
  readonly txId?: TxId | undefined
}

/** Where outcomes are counted. Only the `StatsFilter` writes to it. */
export interface Stats {
  record(outcome: Outcome): void
}

/** How often one combination occurred within one second, or in all. */
export interface OutcomeCount extends Omit<Outcome, 'durationMs' | 'caller' | 'txId'> {
  readonly count: number
  readonly durationMsSum: number
}

/** All that was counted within one second. */
export interface SecondOfOutcomes {
  /** Seconds since 1970. */
  readonly second: number
  readonly outcomes: readonly OutcomeCount[]
}

/** What was counted, to look at. */
export interface StatsSeries {
  /** The seconds from `fromSecond` (inclusive) to `toSecond` (exclusive) in which anything was counted, oldest first. */
  seconds(fromSecond: number, toSecond: number): readonly SecondOfOutcomes[]
  /** Everything since the start of the process. */
  totals(): readonly OutcomeCount[]
}

/** How often a combination occurred, and how long it took each time. */
export interface OutcomeLatency extends OutcomeCount {
  readonly latency: Latency
}

/** How often a caller's transactions ended in one way, over all operations. */
export interface CallerCount extends Pick<Outcome, 'kind' | 'exception' | 'category'> {
  readonly caller: string
  readonly count: number
}

/** All that is known of one second. */
export interface CountedSecond extends SecondOfOutcomes {
  readonly outcomes: readonly OutcomeLatency[]
  /** Only of callers who are known. */
  readonly callers: readonly CallerCount[]
}

/** Hands each second on, to be kept longer than memory does. */
export interface SecondsSource {
  /**
   * Tells the listener of every second that is counted from now on, once, as soon as it's noticed that it is over:
   * at the next outcome, or when something is read.
   *
   * @returns what ends it
   */
  onSecond(listener: (second: CountedSecond) => void): () => void
  /** The second that is still being counted, if anything has been counted in it. */
  presentSecond(): CountedSecond | undefined
}

/** A transaction that ended like this, as an example to look at. */
export interface Example {
  readonly txId: TxId
  readonly durationMs: number
  /** When it ended, in milliseconds since 1970. */
  readonly endedAtMs: number
}

/** Everything since the start of the process, with durations and an example of each combination: the newest. */
export interface LatencyTotals {
  latencies(): readonly (OutcomeLatency & { readonly example: Example | undefined })[]
}
