import { OverloadedException } from '../exceptions/dependency-exceptions.ts'
import { AdaptiveLimit } from './adaptive-limit.ts'
import { type ConcurrencyLimit, fixedLimit } from './concurrency-limit.ts'
import { Filter, type Service } from './service.ts'
import { activeTx } from './transaction.ts'

export interface ConcurrencyLimitFilterOptions {
  /** How many requests run at once: a number, or a limit that moves. @default new AdaptiveLimit() */
  limit?: number | ConcurrencyLimit
  /** How many more may wait for their turn. Few: who waits in a long queue is answered when nobody waits any more. @default 10 */
  queueMax?: number
  /** How long those that are shed are told to wait, in milliseconds. @default 1000 */
  retryAfterMs?: number
  /** The clock, in milliseconds. @default performance.now */
  now?: () => number
}

/**
 * Runs as many requests at once as the service can bear, lets a few wait, and sheds the rest untouched: those that
 * are answered are answered in time, where otherwise all would be answered too late.
 *
 * @example
 * mountEvenkeel(app, { service: 'search', stats, log, filters: [new ConcurrencyLimitFilter()] })
 *
 * @throws {OverloadedException} the request was shed; it is safe to send it again
 */
export class ConcurrencyLimitFilter<Req, Resp> extends Filter<Req, Resp> {
  readonly #limit: ConcurrencyLimit
  readonly #queueMax: number
  readonly #retryAfterMs: number
  readonly #now: () => number
  /** Those that wait, by what begins them: first come, first served. */
  readonly #queue = new Set<() => void>()
  #inFlight = 0

  constructor({
    limit = new AdaptiveLimit(),
    queueMax = 10,
    retryAfterMs = 1000,
    now = () => performance.now(),
  }: ConcurrencyLimitFilterOptions = {}) {
    super()
    this.#limit = typeof limit === 'number' ? fixedLimit(limit) : limit
    this.#queueMax = queueMax
    this.#retryAfterMs = retryAfterMs
    this.#now = now
  }

  override toString(): string {
    return `ConcurrencyLimitFilter(${this.#limit})`
  }

  override async apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    if (this.#inFlight < this.#limit.current && this.#queue.size === 0) this.#inFlight++
    else await this.#turn()
    const inFlight = this.#inFlight
    const startedAtMs = this.#now()
    let isAnswered = false
    try {
      const answer = await next(request)
      isAnswered = true
      return answer
    } finally {
      this.#inFlight--
      this.#limit.onEnd({ durationMs: this.#now() - startedAtMs, inFlight, isAnswered })
      this.#beginNext()
    }
  }

  /** Resolves when it is this request's turn, which then counts as running. */
  #turn(): Promise<void> {
    if (this.#queue.size >= this.#queueMax) throw this.#shed()
    const signal = activeTx()?.signal
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#queue.delete(begin)
        reject(signal?.reason)
      }
      if (signal?.aborted) {
        leave()
        return
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#queue.add(begin)
    })
  }

  #beginNext(): void {
    for (const begin of this.#queue) {
      if (this.#inFlight >= this.#limit.current) return
      this.#queue.delete(begin)
      this.#inFlight++
      begin()
    }
  }

  #shed(): OverloadedException {
    return new OverloadedException(
      `${this.#inFlight} requests run and ${this.#queue.size} wait, which is all that ${this} admits: this one was not begun.`,
      {
        retryAfterMs: this.#retryAfterMs,
        publicMessage: `More is asked of this service than it can do at once, and this was not begun. Please try again in ${Math.ceil(this.#retryAfterMs / 1000)} s.`,
      },
    )
  }
}
