import { atOurEdge } from '../exceptions/edge.ts'
import type { Exception } from '../exceptions/exception.ts'
import { InternalException } from '../exceptions/internal-exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'
import { EdgeFilter } from '../filters/edge-filter.ts'
import type { TxOutcome } from '../filters/onlooker.ts'
import { chain, type Filter, type Service } from '../filters/service.ts'
import { activeTx, runInTx, type Transaction } from '../filters/transaction.ts'
import type { Stats } from '../stats/stats.ts'
import { StatsFilter } from '../stats/stats-filter.ts'
import type { TxLog } from '../tx-log/tx-log.ts'
import { TxLoggingFilter, type TxLoggingFilterOptions } from '../tx-log/tx-logging-filter.ts'
import { HttpCatchAllFilter, type HttpCatchAllFilterOptions, type Present } from './http-catch-all-filter.ts'
import type { HttpAnswer, HttpRequest } from './http-message.ts'
import { survivingStatusOf } from './surviving-status-of.ts'

/** What every server's chain is made of, whatever framework it stands around. */
export interface ServerOptions {
  /** The name under which this service's exceptions are known outside. */
  service: string
  stats: Stats
  log: TxLog
  /** The application's filters, outermost first. They stand between the log and the framework. @default none */
  filters?: readonly Filter<HttpRequest, HttpAnswer>[]
  /** Which status an exception is answered, counted and logged with. @default the class's own */
  statusOf?: StatusOf
  /** @default problem details (RFC 9457) */
  present?: Present
  /** Headers for the answers to exceptions, also where no hook of the framework sees them: those of CORS. @default none */
  headers?: NonNullable<HttpCatchAllFilterOptions['headers']>
  /** Whether a caller is a service of ours, that may be told by which other services an exception came. @default nobody */
  isTrusted?: NonNullable<HttpCatchAllFilterOptions['isTrusted']>
  /** What of a request and its outcome the log keeps. @default nothing */
  fieldsOf?: NonNullable<TxLoggingFilterOptions<HttpRequest, HttpAnswer>['fieldsOf']>
  /** Told once of every exception of category `internal`. @default nobody */
  report?: (exception: Exception, tx: Transaction) => void
  /** The clock of durations, in milliseconds. @default performance.now */
  now?: () => number
  /** Told of what went wrong where no outcome can change any more. @default a warning of the process */
  onProblem?: (exception: Exception) => void
}

/** A mounted chain. */
export interface MountedEvenkeel {
  /** The chain as it runs: `HttpCatchAllFilter → StatsFilter → … → Fastify`. */
  readonly chain: string
}

/** How a request ended: with what was written as its answer, or with what was thrown instead. */
export type End = HttpAnswer | Exception

/** A request that knows its transaction, how it is handled, and where its answer goes. */
export interface Served extends HttpRequest {
  readonly tx: Transaction
  /** When it began, by the chain's clock of durations. The chain sets it. */
  startedAtMs: number
  /**
   * Hands the request on. `onEnd` is told how it ended once its answer has been written, or when there will be none.
   *
   * @throws {HandledTwiceException} it has been handed on before
   */
  start(onEnd: (served: Served, end: End) => void): void
  /** Gives the client what the chain answers, if it has no answer yet. Never throws. */
  deliver(answer: HttpAnswer): void
}

/**
 * The fixed filters and the application's, in the one order that is right, around a framework. Where the application
 * has none, a request passes without a promise: the fixed filters are told of its beginning and its end.
 */
export class ServerChain {
  readonly onProblem: (exception: Exception) => void
  readonly #catchAll: HttpCatchAllFilter
  readonly #stats: StatsFilter<HttpRequest, HttpAnswer>
  readonly #log: TxLoggingFilter<HttpRequest, HttpAnswer>
  /** The application's filters around the framework, if there are any. */
  readonly #filtered: Service<HttpRequest, HttpAnswer> | undefined
  readonly #now: () => number
  readonly #printed: string

  /** @param innermost what the chain stands around, as it is printed */
  constructor(options: ServerOptions, innermost: string) {
    const { filters = [], now = () => performance.now() } = options
    const onProblem = survivingReport(options.onProblem ?? (exception => process.emitWarning(exception)))
    const statusOf = survivingStatusOf(options.statusOf ?? statusOfClass, onProblem)
    const common = { ...options, statusOf, statusOfAnswer, onProblem, now }
    const inner = [...filters, new EdgeFilter<HttpRequest, HttpAnswer>()]
    this.onProblem = onProblem
    this.#catchAll = new HttpCatchAllFilter(common)
    this.#stats = new StatsFilter(common)
    this.#log = new TxLoggingFilter(common)
    this.#filtered = filters.length === 0 ? undefined : chain(inner, handleServed)
    this.#now = now
    this.#printed = [this.#catchAll, this.#stats, this.#log, ...inner, innermost].join(' → ')
  }

  /** Takes a request through the chain. It is answered, counted and logged, whatever comes of it. */
  serve(served: Served): void {
    runInTx(served.tx, () => this.#begin(served))
  }

  toString(): string {
    return this.#printed
  }

  #begin(served: Served): void {
    this.#stats.began(served.tx)
    served.startedAtMs = this.#now()
    if (this.#filtered === undefined) served.start(this.#endAtEdge)
    else {
      this.#filtered(served).then(
        answer => this.#end(served, answer),
        thrown => this.#end(served, toException(thrown)),
      )
    }
  }

  // One function for all requests. It is called from wherever a framework or a connection says that one has ended.
  readonly #endAtEdge = (served: Served, end: End): void => {
    const left = end instanceof Error ? atOurEdge(end, served.tx) : end
    if (activeTx() === served.tx) this.#end(served, left)
    else runInTx(served.tx, () => this.#end(served, left))
  }

  #end(served: Served, end: End): void {
    const { tx } = served
    const outcome = outcomeOf(end)
    const durationMs = this.#now() - served.startedAtMs
    this.#stats.ended(tx, served, outcome, durationMs)
    this.#log.ended(tx, served, outcome, durationMs)
    served.deliver(
      outcome.kind === 'answered' ? outcome.answer : this.#catchAll.answerTo(outcome.exception, served),
    )
  }
}

function statusOfAnswer({ status }: HttpAnswer): number {
  return status
}

function outcomeOf(end: End): TxOutcome<HttpAnswer> {
  return end instanceof Error ? { kind: 'interrupted', exception: end } : { kind: 'answered', answer: end }
}

/** The end of a chain with filters of the application. */
async function handleServed(request: HttpRequest): Promise<HttpAnswer> {
  if (!isServed(request)) {
    throw new InternalException(
      'A filter handed on another request than it was given. The framework has only the one.',
    )
  }
  return new Promise((resolve, reject) => {
    request.start((_, end) => (end instanceof Error ? reject(end) : resolve(end)))
  })
}

function isServed(request: HttpRequest): request is Served {
  return 'start' in request
}

function survivingReport(onProblem: (exception: Exception) => void): (exception: Exception) => void {
  return exception => {
    try {
      onProblem(exception)
    } catch (worse) {
      process.emitWarning(toException(worse))
    }
  }
}
