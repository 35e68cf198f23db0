import type { Exception } from '../exceptions/exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'
import type { Onlooker, TxOutcome } from '../filters/onlooker.ts'
import { Filter, type Service } from '../filters/service.ts'
import { activeTx, currentTx, type PartCounter, type PartKind, Transaction } from '../filters/transaction.ts'
import type { OutcomeKind, Stats } from './stats.ts'

export interface StatsFilterOptions<Req, Resp> {
  stats: Stats
  /** Which status an exception is answered with. @default the class's own */
  statusOf?: StatusOf
  /** Which status an answer has. Where this kind of service has none, every status is counted as 0. @default none */
  statusOfAnswer?: (answer: Resp) => number
  /** What is counted, for a step or for a call to another service. @default kind and operation of the current transaction */
  identify?: (request: Req) => { kind: OutcomeKind; operation: string }
  /** On whose behalf a transaction ran, in few different values. @default the first part of its principal: `project:7` */
  callerOf?: (tx: Transaction) => string | undefined
  /** The clock, in milliseconds. @default performance.now */
  now?: () => number
  /** Told when an outcome could not be counted, which is a bug. @default a warning of the process */
  onProblem?: (exception: Exception) => void
}

/**
 * Counts how every run of the service ends, by class, and how long it took. Never changes the outcome. Where it
 * counts the transaction itself it counts its parts too: the branches of fan-outs, the calls that fail open.
 *
 * @throws {OutsideTransactionException} before the service runs, if nothing says what is to be counted
 */
export class StatsFilter<Req, Resp> extends Filter<Req, Resp> implements PartCounter, Onlooker<Req, Resp> {
  readonly #stats: Stats
  readonly #statusOf: StatusOf
  readonly #statusOfAnswer: ((answer: Resp) => number) | undefined
  readonly #identify: ((request: Req) => { kind: OutcomeKind; operation: string }) | undefined
  readonly #callerOf: (tx: Transaction) => string | undefined
  readonly #now: () => number
  readonly #onProblem: (exception: Exception) => void

  constructor({
    stats,
    statusOf = statusOfClass,
    statusOfAnswer,
    identify,
    callerOf = callerOfPrincipal,
    now = () => performance.now(),
    onProblem = exception => process.emitWarning(exception),
  }: StatsFilterOptions<Req, Resp>) {
    super()
    this.#stats = stats
    this.#statusOf = statusOf
    this.#statusOfAnswer = statusOfAnswer
    this.#identify = identify
    this.#callerOf = callerOf
    this.#now = now
    this.#onProblem = onProblem
  }

  // It looks on and hands out the promise that it was given: on the way of an exception, each `catch` that throws
  // it again would cost as much as all the rest of a filter.
  override apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    // The transaction itself is kept, and its operation read at the end: an adapter learns the route late.
    const counted = this.#identify?.(request) ?? this.#current()
    const startedAtMs = this.#now()
    const answering = next(request)
    answering.then(
      answer => this.#countSuccess(answer, counted, this.#now() - startedAtMs),
      thrown => this.#countException(toException(thrown), counted, this.#now() - startedAtMs),
    )
    return answering
  }

  async countPart<T>(
    part: { readonly kind: PartKind; readonly operation: string },
    work: () => Promise<T>,
    isCounted: (exception: Exception) => boolean = () => true,
  ): Promise<T> {
    const startedAtMs = this.#now()
    let answer: T
    try {
      answer = await work()
    } catch (thrown) {
      const exception = toException(thrown)
      if (isCounted(exception)) this.#countPart(part, this.#now() - startedAtMs, exception)
      throw thrown
    }
    this.#countPart(part, this.#now() - startedAtMs)
    return answer
  }

  began(tx: Transaction): void {
    tx.partCounter ??= this
  }

  ended(tx: Transaction, _request: Req, outcome: TxOutcome<Resp>, durationMs: number): void {
    if (outcome.kind === 'answered') this.#countSuccess(outcome.answer, tx, durationMs)
    else this.#countException(outcome.exception, tx, durationMs)
  }

  #current(): Transaction {
    const tx = currentTx()
    this.began(tx)
    return tx
  }

  #countSuccess(answer: Resp, counted: Counted, durationMs: number): void {
    try {
      this.#record(counted, this.#statusOfAnswer?.(answer) ?? 0, durationMs)
    } catch (bug) {
      this.#onProblem(toException(bug))
    }
    this.#countIfFailedClosed(counted, durationMs)
  }

  #countException(exception: Exception, counted: Counted, durationMs: number): void {
    try {
      const status = this.#statusOfAnswer === undefined ? 0 : this.#statusOf(exception)
      this.#record(counted, status, durationMs, exception)
      if (exception.category === 'discard') this.#countIfFailedClosed(counted, durationMs)
    } catch (bug) {
      this.#onProblem(toException(bug))
    }
  }

  /** A transaction that ended well may owe it to calls that failed open: what each of them hid is counted too. */
  #countIfFailedClosed(counted: Counted, durationMs: number): void {
    if (!(counted instanceof Transaction)) return
    for (const { operation, exception } of counted.failedOpen) {
      this.#countPart({ kind: 'if-failed-closed', operation }, durationMs, exception)
    }
  }

  /** Parts are not answered, so that they have no status. */
  #countPart(part: Counted, durationMs: number, exception?: Exception): void {
    try {
      this.#record(part, 0, durationMs, exception)
    } catch (bug) {
      this.#onProblem(toException(bug))
    }
  }

  #record(counted: Counted, status: number, durationMs: number, exception?: Exception): void {
    const isTransaction = counted instanceof Transaction
    this.#stats.record({
      kind: counted.kind,
      operation: counted.operation,
      exception: exception?.className,
      category: exception?.category,
      status,
      durationMs,
      caller: isTransaction ? this.#callerOf(counted) : undefined,
      txId: isTransaction ? counted.id : activeTx()?.id,
    })
  }
}

interface Counted {
  readonly kind: OutcomeKind
  readonly operation: string
}

/** Who it is without what they came with: of `project:7/token:ci`, the project. */
function callerOfPrincipal({ principal }: Transaction): string | undefined {
  const end = principal?.indexOf('/') ?? -1
  return end < 0 ? principal : principal?.slice(0, end)
}
