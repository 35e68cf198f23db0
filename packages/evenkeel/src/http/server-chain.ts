import type { Exception } from '../exceptions/exception.ts'
import { InternalException } from '../exceptions/internal-exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'
import { EdgeFilter } from '../filters/edge-filter.ts'
import { chain, type Filter, type Service } from '../filters/service.ts'
import { runInTx, type Transaction } from '../filters/transaction.ts'
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

/** A request that knows its transaction, how it is handled, and where its answer goes. */
export interface Served extends HttpRequest {
  readonly tx: Transaction
  /** Hands the request on. Settles when its answer has been written, and rejects if there is none. */
  handle(): Promise<HttpAnswer>
  /** Gives the client what the chain answers, if it has no answer yet. Never throws. */
  deliver(answer: HttpAnswer): void
}

/** The fixed filters and the application's, in the one order that is right, around a framework. */
export class ServerChain {
  readonly onProblem: (exception: Exception) => void
  readonly #service: Service<HttpRequest, HttpAnswer>

  /** @param innermost what the chain stands around, as it is printed */
  constructor(options: ServerOptions, innermost: string) {
    this.onProblem = survivingReport(options.onProblem ?? (exception => process.emitWarning(exception)))
    this.#service = chain(filtersOf(options, this.onProblem), named(innermost))
  }

  /** Takes a request through the chain. It is answered, counted and logged, whatever comes of it. */
  serve(served: Served): void {
    runInTx(served.tx, () => this.#service(served).then(answer => served.deliver(answer)))
  }

  toString(): string {
    return String(this.#service)
  }
}

function filtersOf(
  {
    service,
    stats,
    log,
    filters = [],
    present,
    headers,
    isTrusted,
    fieldsOf,
    report,
    now,
    ...options
  }: ServerOptions,
  onProblem: (exception: Exception) => void,
): Filter<HttpRequest, HttpAnswer>[] {
  const statusOf = survivingStatusOf(options.statusOf ?? statusOfClass, onProblem)
  const shared = {
    statusOf,
    statusOfAnswer: (answer: HttpAnswer) => answer.status,
    onProblem,
    ...(now !== undefined && { now }),
  }
  return [
    new HttpCatchAllFilter({
      service,
      statusOf,
      onProblem,
      ...(present !== undefined && { present }),
      ...(headers !== undefined && { headers }),
      ...(isTrusted !== undefined && { isTrusted }),
    }),
    new StatsFilter({ ...shared, stats }),
    new TxLoggingFilter({
      ...shared,
      log,
      ...(fieldsOf !== undefined && { fieldsOf }),
      ...(report !== undefined && { report }),
    }),
    ...filters,
    new EdgeFilter(),
  ]
}

/** The innermost service, which ends the printed chain. */
function named(framework: string): Service<HttpRequest, HttpAnswer> {
  const handle = (request: HttpRequest): Promise<HttpAnswer> => {
    if (isServed(request)) return request.handle()
    throw new InternalException(
      'A filter handed on another request than it was given. The framework has only the one.',
    )
  }
  return Object.defineProperty(handle, 'name', { value: framework })
}

function isServed(request: HttpRequest): request is Served {
  return 'handle' in request
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
