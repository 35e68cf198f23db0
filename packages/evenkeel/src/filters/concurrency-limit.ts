/** How many requests a service runs at once. */
export interface ConcurrencyLimit {
  /** The limit as it is now: a whole number, one at least. */
  readonly current: number
  /** Told of each request that has ended. */
  onEnd(run: EndedRun): void
  toString(): string
}

export interface EndedRun {
  /** How long it ran, without its time in the queue, in milliseconds. */
  readonly durationMs: number
  /** How many ran when it began, itself included. */
  readonly inFlight: number
  /** Whether it was answered. What is interrupted may end early or late for reasons of its own. */
  readonly isAnswered: boolean
}

/**
 * A limit that stays what it is: for a service whose capacity is known. `ConcurrencyLimitFilter` takes the number, too.
 *
 * @example
 * const filter = new ConcurrencyLimitFilter({ limit: fixedLimit(20) })
 */
export function fixedLimit(current: number): ConcurrencyLimit {
  return { current, onEnd() {}, toString: () => String(current) }
}
