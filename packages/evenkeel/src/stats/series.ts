import type { Loss, LossDimension, LossOptions, LossStretch } from './loss.ts'
import type { OutcomeLatency, SecondOfOutcomes } from './stats.ts'

/** A stretch of time, in seconds since 1970: from (inclusive) to (exclusive). */
export interface Stretch {
  readonly fromSecond: number
  readonly toSecond: number
}

/** How many seconds are told as one. */
export type StretchWidth = 60 | 3600 | 86_400

/** All that was counted within a minute, an hour or a day (UTC). */
export interface StretchOfOutcomes extends Stretch {
  readonly outcomes: readonly OutcomeLatency[]
}

export interface LossQuery extends LossOptions {
  readonly window: Stretch
  /** @default as much time just before the window */
  readonly before?: Stretch
  /** By what the classes are told apart further. @default nothing */
  readonly by?: LossDimension
}

/** Where a success rate went, and when exactly: old stretches are rounded down to what is still told apart. */
export interface LossOverTime extends Loss {
  readonly window: LossStretch & Stretch
  readonly before: LossStretch & Stretch
}

/**
 * What was counted, kept for longer than a process lives and over all processes that count into it: every second for
 * two hours, every minute for 30 days, every hour and day for 92 days. The second that is being counted is included.
 */
export interface Series {
  /**
   * The seconds in which anything was counted, oldest first.
   *
   * @throws {SeriesReadException} it can't be read
   * @throws {SeriesClosedException} it has been closed
   */
  seconds(fromSecond: number, toSecond: number): Promise<readonly SecondOfOutcomes[]>
  /**
   * The minutes, hours or days that begin within the stretch and in which anything was counted, oldest first.
   *
   * @throws {SeriesReadException} it can't be read
   * @throws {SeriesClosedException} it has been closed
   */
  stretches(stretch: Stretch, width: StretchWidth): Promise<readonly StretchOfOutcomes[]>
  /**
   * Which class cost which part of the success rate, beside the time before.
   *
   * @throws {SeriesReadException} it can't be read
   * @throws {SeriesClosedException} it has been closed
   */
  loss(query: LossQuery): Promise<LossOverTime>
  /** Keeps what has been counted so far, and counts no more. */
  close(): Promise<void>
}
