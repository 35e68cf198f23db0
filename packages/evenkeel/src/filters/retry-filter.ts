import type { Exception } from '../exceptions/exception.ts'
import { toException } from '../exceptions/to-exception.ts'
import { type Clock, systemClock } from './clock.ts'
import { RetryBudget } from './retry-budget.ts'
import { Filter, type Service } from './service.ts'
import { activeTx } from './transaction.ts'

export interface RetryFilterOptions<Req> {
  /** How often a request is sent at most, the first time included. @default 3 */
  attemptsMax?: number
  /** Whether sending a request twice does the same as sending it once. Only then it is repeated when its effect is unknown. @default never */
  isIdempotent?: (request: Req) => boolean
  /** What all calls together may add to the load. Give one to all clients of a service. @default one of its own */
  budget?: RetryBudget
  /** The longest wait before the first retry, in milliseconds; it doubles with each. @default 100 */
  waitMsBase?: number
  /** The longest wait of all, in milliseconds. Who asks us to wait longer isn't asked again. @default 10_000 */
  waitMsMax?: number
  /** @default the machine's */
  clock?: Clock
  /** A number from 0 (inclusive) to 1 (exclusive). @default Math.random */
  random?: () => number
}

/**
 * Sends a request again when that is safe: the exception says that nothing happened, or the request is declared
 * idempotent. Bounded, with exponential waits and full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), never sooner than the other side asks
 * for, never past the deadline, and within a budget. The last exception is the one that is thrown.
 *
 * A `StatsFilter` inside it counts every attempt, one outside every request.
 *
 * @example
 * const isIdempotent = ({ method = 'GET' }: HttpCall) => method !== 'POST' && method !== 'PATCH'
 * const places = httpClient({ baseUrl, service: 'places', filters: [new RetryFilter({ isIdempotent })] })
 */
export class RetryFilter<Req, Resp> extends Filter<Req, Resp> {
  readonly #attemptsMax: number
  readonly #isIdempotent: (request: Req) => boolean
  readonly #budget: RetryBudget
  readonly #waitMsBase: number
  readonly #waitMsMax: number
  readonly #clock: Clock
  readonly #random: () => number

  constructor({
    attemptsMax = 3,
    isIdempotent = () => false,
    budget = new RetryBudget(),
    waitMsBase = 100,
    waitMsMax = 10_000,
    clock = systemClock,
    random = Math.random,
  }: RetryFilterOptions<Req> = {}) {
    super()
    this.#attemptsMax = attemptsMax
    this.#isIdempotent = isIdempotent
    this.#budget = budget
    this.#waitMsBase = waitMsBase
    this.#waitMsMax = waitMsMax
    this.#clock = clock
    this.#random = random
  }

  override toString(): string {
    return `RetryFilter(${this.#attemptsMax} attempts)`
  }

  override async apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    this.#budget.countRequest()
    for (let attempt = 1; ; attempt++) {
      try {
        return await next(request)
      } catch (thrown) {
        const exception = toException(thrown)
        const waitMs = this.#waitMs(attempt, exception)
        const isWorthIt =
          attempt < this.#attemptsMax && this.#isSafe(request, exception) && this.#isInTime(waitMs)
        if (!isWorthIt || !this.#budget.takeRetry()) throw thrown
        const signal = activeTx()?.signal
        await this.#clock.sleep(waitMs, signal)
        if (signal?.aborted) throw thrown // nobody waits for another attempt
      }
    }
  }

  #isSafe(request: Req, { retry }: Exception): boolean {
    return retry === 'safe' || (retry === 'unknown' && this.#isIdempotent(request))
  }

  #waitMs(attempt: number, { retryAfterMs = 0 }: Exception): number {
    const longestMs = Math.min(this.#waitMsMax, this.#waitMsBase * 2 ** (attempt - 1))
    return Math.max(this.#random() * longestMs, retryAfterMs)
  }

  #isInTime(waitMs: number): boolean {
    const deadlineMs = activeTx()?.deadlineMs ?? Number.POSITIVE_INFINITY
    return waitMs <= this.#waitMsMax && this.#clock.now() + waitMs < deadlineMs
  }
}
