import { DeadlineExceededException } from '../exceptions/dependency-exceptions.ts'
import { type Exception, isFailure } from '../exceptions/exception.ts'
import { toException } from '../exceptions/to-exception.ts'
import { type Clock, sleepUntil, systemClock } from './clock.ts'
import { NarrowedTransaction } from './narrowed-transaction.ts'
import { Filter, type Service } from './service.ts'
import { currentTx, runInTx, type Transaction } from './transaction.ts'

export interface DeadlineFilterOptions {
  /** How long the service may take, in milliseconds. @default as long as its caller waits */
  limitMs?: number
  /** @default the machine's */
  clock?: Clock
  /** Told of a failure that work ended with after its deadline, when nobody waited any more. @default a warning of the process */
  onProblem?: (exception: Exception) => void
}

/**
 * Gives the service a time: its own limit or what its caller has left, whichever ends earlier. When it is over the
 * caller is told so, and the work's signal is aborted. Within, `currentTx()` has this deadline and this signal, and
 * what is called from there is told how much of the time is left.
 *
 * @example
 * const search = chain([new DeadlineFilter({ limitMs: 500 })], findTweets)
 *
 * @throws {DeadlineExceededException} the time is over; `retry` tells whether the work had begun
 * @throws {OutsideTransactionException} outside a transaction
 */
export class DeadlineFilter<Req, Resp> extends Filter<Req, Resp> {
  readonly #limitMs: number
  readonly #clock: Clock
  readonly #onProblem: (exception: Exception) => void

  constructor({
    limitMs = Number.POSITIVE_INFINITY,
    clock = systemClock,
    onProblem = exception => process.emitWarning(exception),
  }: DeadlineFilterOptions = {}) {
    super()
    this.#limitMs = limitMs
    this.#clock = clock
    this.#onProblem = onProblem
  }

  override toString(): string {
    return Number.isFinite(this.#limitMs) ? `DeadlineFilter(${this.#limitMs} ms)` : 'DeadlineFilter'
  }

  override async apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    const tx = currentTx()
    const nowMs = this.#clock.now()
    const deadlineMs = Math.min(nowMs + this.#limitMs, tx.deadlineMs ?? Number.POSITIVE_INFINITY)
    if (deadlineMs === Number.POSITIVE_INFINITY) return next(request)
    if (deadlineMs <= nowMs) throw new DeadlineExceededException(tx.operation, 0, { retry: 'safe' })
    return this.#runUntil(deadlineMs, deadlineMs - nowMs, tx, () => next(request))
  }

  async #runUntil(
    deadlineMs: number,
    timeMs: number,
    tx: Transaction,
    work: () => Promise<Resp>,
  ): Promise<Resp> {
    const ended = new AbortController()
    const aborted = new AbortController()
    const follow = (): void => aborted.abort(tx.signal.reason)
    tx.signal.addEventListener('abort', follow, { once: true })
    if (tx.signal.aborted) follow()
    const answering = runInTx(new NarrowedTransaction(tx, { deadlineMs, signal: aborted.signal }), work)
    const timeIsOver = sleepUntil(deadlineMs, this.#clock, ended.signal)
    try {
      const first = await Promise.race([answering.then(answer => ({ answer })), timeIsOver])
      if (typeof first === 'object') return first.answer
      const exception = new DeadlineExceededException(tx.operation, timeMs)
      answering.catch(thrown => this.#meetLate(toException(thrown), exception))
      aborted.abort(exception)
      throw exception
    } finally {
      ended.abort()
      tx.signal.removeEventListener('abort', follow)
    }
  }

  /** Work that ends because it was aborted says nothing new. */
  #meetLate(late: Exception, exception: DeadlineExceededException): void {
    if (isFailure(late.category) && !isCausedBy(late, exception)) this.#onProblem(late)
  }
}

function isCausedBy(late: unknown, exception: Exception): boolean {
  const seen = new Set<unknown>()
  for (let link = late; link instanceof Error && !seen.has(link); link = link.cause) {
    if (link === exception) return true
    seen.add(link)
  }
  return false
}
