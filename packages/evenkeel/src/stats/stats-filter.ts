import type { Exception } from '../exceptions/exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'
import { Filter, type Service } from '../filters/service.ts'
import { currentTx } from '../filters/transaction.ts'
import type { OutcomeKind, Stats } from './stats.ts'

export interface StatsFilterOptions<Req, Resp> {
  stats: Stats
  /** Which status an exception is answered with. @default the class's own */
  statusOf?: StatusOf
  /** Which status an answer has. Where this kind of service has none, every status is counted as 0. @default none */
  statusOfAnswer?: (answer: Resp) => number
  /** What is counted, for a step or for a call to another service. @default kind and operation of the current transaction */
  identify?: (request: Req) => { kind: OutcomeKind; operation: string }
  /** The clock, in milliseconds. @default performance.now */
  now?: () => number
  /** Told when an outcome could not be counted, which is a bug. @default a warning of the process */
  onProblem?: (exception: Exception) => void
}

/**
 * Counts how every run of the service ends, by class, and how long it took. Never changes the outcome.
 *
 * @throws {OutsideTransactionException} before the service runs, if nothing says what is to be counted
 */
export class StatsFilter<Req, Resp> extends Filter<Req, Resp> {
  readonly #stats: Stats
  readonly #statusOf: StatusOf
  readonly #statusOfAnswer: ((answer: Resp) => number) | undefined
  readonly #identify: ((request: Req) => { kind: OutcomeKind; operation: string }) | undefined
  readonly #now: () => number
  readonly #onProblem: (exception: Exception) => void

  constructor({
    stats,
    statusOf = statusOfClass,
    statusOfAnswer,
    identify,
    now = () => performance.now(),
    onProblem = exception => process.emitWarning(exception),
  }: StatsFilterOptions<Req, Resp>) {
    super()
    this.#stats = stats
    this.#statusOf = statusOf
    this.#statusOfAnswer = statusOfAnswer
    this.#identify = identify
    this.#now = now
    this.#onProblem = onProblem
  }

  override async apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    // The transaction itself is kept, and its operation read at the end: an adapter learns the route late.
    const counted = this.#identify?.(request) ?? currentTx()
    const startedAtMs = this.#now()
    let answer: Resp
    try {
      answer = await next(request)
    } catch (thrown) {
      this.#countException(toException(thrown), counted, startedAtMs)
      throw thrown
    }
    this.#countSuccess(answer, counted, startedAtMs)
    return answer
  }

  #countSuccess(answer: Resp, { kind, operation }: Counted, startedAtMs: number): void {
    try {
      this.#stats.record({
        kind,
        operation,
        exception: undefined,
        category: undefined,
        status: this.#statusOfAnswer?.(answer) ?? 0,
        durationMs: this.#now() - startedAtMs,
      })
    } catch (bug) {
      this.#onProblem(toException(bug))
    }
  }

  #countException(exception: Exception, { kind, operation }: Counted, startedAtMs: number): void {
    try {
      this.#stats.record({
        kind,
        operation,
        exception: exception.className,
        category: exception.category,
        status: this.#statusOfAnswer === undefined ? 0 : this.#statusOf(exception),
        durationMs: this.#now() - startedAtMs,
      })
    } catch (bug) {
      this.#onProblem(toException(bug))
    }
  }
}

interface Counted {
  readonly kind: OutcomeKind
  readonly operation: string
}
