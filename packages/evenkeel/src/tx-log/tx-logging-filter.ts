import type { Exception } from '../exceptions/exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'
import { Filter, type Service } from '../filters/service.ts'
import { currentTx, type Transaction } from '../filters/transaction.ts'
import { loggedCauses } from './logged-causes.ts'
import type { TxLog, TxRow } from './tx-log.ts'

/** How a transaction ended. */
export type TxOutcome<Resp> =
  | { readonly kind: 'answered'; readonly answer: Resp }
  | { readonly kind: 'interrupted'; readonly exception: Exception }

export interface TxLoggingFilterOptions<Req, Resp> {
  log: TxLog
  /** Which status an exception is answered with. @default the class's own */
  statusOf?: StatusOf
  /** Which status an answer has. Where this kind of service has none, every status is logged as 0. @default none */
  statusOfAnswer?: (answer: Resp) => number
  /** What of request and outcome is kept. Nothing is, unless it is named here. @default nothing */
  fieldsOf?: (request: Req, outcome: TxOutcome<Resp>) => TxRow['fields']
  /** Told once of every exception of category `internal`: the place to write the error line of a bug. @default nobody */
  report?: (exception: Exception, tx: Transaction) => void
  /** The clock, in milliseconds. @default performance.now */
  now?: () => number
  /** Told when a transaction could not be logged as a whole. @default a warning of the process */
  onProblem?: (exception: Exception) => void
}

/**
 * Puts every transaction into the log, with the chain of causes and the calls that it made. Never changes
 * the outcome: a failure of the log itself goes to `onProblem` and does not reach the request.
 *
 * @throws {OutsideTransactionException} before the service runs, outside any transaction
 */
export class TxLoggingFilter<Req, Resp> extends Filter<Req, Resp> {
  readonly #log: TxLog
  readonly #statusOf: StatusOf
  readonly #statusOfAnswer: ((answer: Resp) => number) | undefined
  readonly #fieldsOf: (request: Req, outcome: TxOutcome<Resp>) => TxRow['fields']
  readonly #report: (exception: Exception, tx: Transaction) => void
  readonly #now: () => number
  readonly #onProblem: (exception: Exception) => void

  constructor({
    log,
    statusOf = statusOfClass,
    statusOfAnswer,
    fieldsOf = () => ({}),
    report = () => {},
    now = () => performance.now(),
    onProblem = exception => process.emitWarning(exception),
  }: TxLoggingFilterOptions<Req, Resp>) {
    super()
    this.#log = log
    this.#statusOf = statusOf
    this.#statusOfAnswer = statusOfAnswer
    this.#fieldsOf = fieldsOf
    this.#report = report
    this.#now = now
    this.#onProblem = onProblem
  }

  override async apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    const tx = currentTx()
    const startedAtMs = this.#now()
    let answer: Resp
    try {
      answer = await next(request)
    } catch (thrown) {
      this.#end(tx, request, { kind: 'interrupted', exception: toException(thrown) }, startedAtMs)
      throw thrown
    }
    this.#end(tx, request, { kind: 'answered', answer }, startedAtMs)
    return answer
  }

  #end(tx: Transaction, request: Req, outcome: TxOutcome<Resp>, startedAtMs: number): void {
    const exception = outcome.kind === 'interrupted' ? outcome.exception : undefined
    // A bug is reported and a transaction logged, each even if what the application adds to the other fails.
    if (exception?.category === 'internal') this.#try(() => this.#report(exception, tx))
    const fields = this.#try(() => this.#fieldsOf(request, outcome)) ?? {}
    this.#try(() =>
      this.#log.append({
        id: tx.id,
        parentId: tx.parentId,
        kind: tx.kind,
        operation: tx.operation,
        startedAtMs: tx.startedAtMs,
        durationMs: this.#now() - startedAtMs,
        status: this.#statusAfter(outcome),
        exception: exception?.className,
        category: exception?.category,
        causes: exception === undefined ? [] : loggedCauses(exception),
        principal: tx.principal,
        resource: tx.resource,
        // The transaction's own list goes on growing if something is still running.
        calls: [...tx.calls],
        fields,
      }),
    )
  }

  #statusAfter(outcome: TxOutcome<Resp>): number {
    if (this.#statusOfAnswer === undefined) return 0
    return outcome.kind === 'answered'
      ? this.#statusOfAnswer(outcome.answer)
      : this.#statusOf(outcome.exception)
  }

  #try<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (thrown) {
      this.#onProblem(toException(thrown))
      return undefined
    }
  }
}
