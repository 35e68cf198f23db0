import type { Category } from '../exceptions/exception.ts'
import type { PartKind, TxKind } from '../filters/transaction.ts'

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
}

/** Where outcomes are counted. Only the `StatsFilter` writes to it. */
export interface Stats {
  record(outcome: Outcome): void
}

/** How often one combination occurred within one second, or in all. */
export interface OutcomeCount extends Omit<Outcome, 'durationMs'> {
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
