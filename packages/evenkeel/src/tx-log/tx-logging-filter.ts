import type { Exception } from '../exceptions/exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'
import type { Onlooker, TxOutcome } from '../filters/onlooker.ts'
import { Filter, type Service } from '../filters/service.ts'
import { currentTx, type Transaction } from '../filters/transaction.ts'
import { loggedCauses } from './logged-causes.ts'
import type { TxLog, TxRow } from './tx-log.ts'

export interface TxLoggingFilterOptions<Req, Resp> {
  log: TxLog
  /** Which status an exception is answered with. @default the class's own */
  statusOf?: StatusOf
  /** Which status an answer has. Where this kind of service has none, every status is logged as 0. @default none */
  statusOfAnswer?: (answer: Resp) => number
  /** What of request and outcome the log is offered, which keeps of it what it declares. @default nothing */
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
export class TxLoggingFilter<Req, Resp> extends Filter<Req, Resp> implements Onlooker<Req, Resp> {
  readonly #log: TxLog
  readonly #statusOf: StatusOf
  readonly #statusOfAnswer: ((answer: Resp) => number) | undefined
  readonly #fieldsOf: FieldsOf<Req, Resp> | undefined
  readonly #report: (exception: Exception, tx: Transaction) => void
  readonly #now: () => number
  readonly #onProblem: (exception: Exception) => void

  constructor({
    log,
    statusOf = statusOfClass,
    statusOfAnswer,
    fieldsOf,
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

  // As the `StatsFilter`, it only looks on.
  override apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    const tx = currentTx()
    const startedAtMs = this.#now()
    const answering = next(request)
    answering.then(
      answer => this.ended(tx, request, { kind: 'answered', answer }, this.#now() - startedAtMs),
      thrown => {
        const exception = toException(thrown)
        this.ended(tx, request, { kind: 'interrupted', exception }, this.#now() - startedAtMs)
      },
    )
    return answering
  }

  began(): void {}

  ended(tx: Transaction, request: Req, outcome: TxOutcome<Resp>, durationMs: number): void {
    const exception = outcome.kind === 'interrupted' ? outcome.exception : undefined
    // A bug is reported and a transaction logged, each even if what the application adds to the other fails.
    if (exception?.category === 'internal') this.#reportBug(exception, tx)
    const fields = this.#fieldsOf === undefined ? none : this.#fieldsAfter(request, outcome, this.#fieldsOf)
    try {
      this.#log.append({
        id: tx.id,
        parentId: tx.parentId,
        kind: tx.kind,
        operation: tx.operation,
        startedAtMs: tx.startedAtMs,
        durationMs,
        status: this.#statusAfter(outcome),
        exception: exception?.className,
        category: exception?.category,
        causes: exception === undefined ? noCauses : loggedCauses(exception),
        principal: tx.principal,
        resource: tx.resource,
        // The transaction's own list goes on growing if something is still running.
        calls: tx.calls.length === 0 ? noCalls : [...tx.calls],
        fields,
      })
    } catch (thrown) {
      this.#onProblem(toException(thrown))
    }
  }

  #reportBug(exception: Exception, tx: Transaction): void {
    try {
      this.#report(exception, tx)
    } catch (thrown) {
      this.#onProblem(toException(thrown))
    }
  }

  #fieldsAfter(request: Req, outcome: TxOutcome<Resp>, fieldsOf: FieldsOf<Req, Resp>): TxRow['fields'] {
    try {
      return fieldsOf(request, outcome)
    } catch (thrown) {
      this.#onProblem(toException(thrown))
      return none
    }
  }

  #statusAfter(outcome: TxOutcome<Resp>): number {
    if (this.#statusOfAnswer === undefined) return 0
    return outcome.kind === 'answered'
      ? this.#statusOfAnswer(outcome.answer)
      : this.#statusOf(outcome.exception)
  }
}

type FieldsOf<Req, Resp> = (request: Req, outcome: TxOutcome<Resp>) => TxRow['fields']

// Most rows have none of these: they share the empty ones.
const none: TxRow['fields'] = Object.freeze({})
const noCauses: TxRow['causes'] = Object.freeze([])
const noCalls: TxRow['calls'] = Object.freeze([])
