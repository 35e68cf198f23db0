import type { Exception } from '../exceptions/exception.ts'

const baseMs = 200
const capMs = 10_000

/**
 * How long to wait before the next attempt: exponential with full jitter, so that rivals spread out
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and never less than what the system asked for.
 *
 * @param attempt the one that has failed, counted from 1
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 */
export function backoffMs(attempt: number, random: number, exception: Exception): number {
  const jittered = random * Math.min(capMs, baseMs * 2 ** (attempt - 1))
  return Math.max(jittered, exception.retryAfterMs ?? 0)
}
