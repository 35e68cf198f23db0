import type { Server } from 'node:http'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import {
  type Exception,
  InternalException,
  type StatusOf,
  statusOf as statusOfClass,
  toException,
} from '../exceptions/index.ts'
import { chain, EdgeFilter, type Filter } from '../filters/index.ts'
import type { Transaction } from '../filters/transaction.ts'
import { parseTxId } from '../filters/tx-id.ts'
import {
  ExpectationFailedException,
  MethodNotAllowedException,
  MissingHostException,
  RouteNotFoundException,
} from '../http/exceptions.ts'
import { HttpCatchAllFilter, type Present } from '../http/http-catch-all-filter.ts'
import type { HttpAnswer, HttpRequest } from '../http/http-message.ts'
import { survivingStatusOf } from '../http/surviving-status-of.ts'
import type { Stats } from '../stats/stats.ts'
import { StatsFilter } from '../stats/stats-filter.ts'
import type { TxLog } from '../tx-log/tx-log.ts'
import { TxLoggingFilter, type TxLoggingFilterOptions } from '../tx-log/tx-logging-filter.ts'
import { allowedMethods } from './allowed-methods.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { shownPath } from './framework-exception.ts'
import { type EmptyJsonBody, readJsonBodies } from './json-body.ts'
import { handleByFramework, Mounted, mountedInto, setMounted } from './mounted.ts'
import { watchedHandler } from './watched-handler.ts'

export interface MountEvenkeelOptions {
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
  /** What of a request and its outcome the log keeps. @default nothing */
  fieldsOf?: NonNullable<TxLoggingFilterOptions<HttpRequest, HttpAnswer>['fieldsOf']>
  /** Told once of every exception of category `internal`. @default nobody */
  report?: (exception: Exception, tx: Transaction) => void
  /** What an empty body means whose content-type says JSON. @default 'refuse' */
  emptyJsonBody?: EmptyJsonBody
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

/**
 * Runs every request of an app as one transaction in one chain, whatever the framework makes of it: unknown
 * routes, bodies that can't be read, handlers that throw, clients that leave. Each is counted once, logged once
 * and answered by class. Error handlers of the application are not called: a filter or `present` takes their place.
 *
 * Called once, on the root app, before any route is registered; the app is created with `evenkeelFastifyOptions()`.
 *
 * @throws {InternalException} if a chain is mounted into the app already
 */
export function mountEvenkeel(app: FastifyInstance, options: MountEvenkeelOptions): MountedEvenkeel {
  if (mountedInto(app) !== undefined) {
    throw new InternalException(
      'A chain is mounted into this app already. Pass all filters to one mountEvenkeel.',
    )
  }
  const onProblem = survivingReport(options.onProblem ?? (exception => process.emitWarning(exception)))
  const service = chain(filtersAround(options, onProblem), handleByFramework)
  const mounted = new Mounted({ service, onProblem })
  setMounted(app, mounted)
  readJsonBodies(app, options.emptyJsonBody ?? 'refuse')
  enterAtListener(app.server, mounted)
  enterAtHook(app, mounted)
  app.setErrorHandler(meetError)
  app.addHook('onRoute', watchRoute)
  refuseUnknownRoutes(app)
  return { chain: String(service) }
}

function filtersAround(
  { service, stats, log, filters = [], present, fieldsOf, report, now, ...options }: MountEvenkeelOptions,
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
    new HttpCatchAllFilter({ service, statusOf, onProblem, ...(present !== undefined && { present }) }),
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

/** The first moment at which a request is seen: the framework's own listener becomes the end of the chain. */
function enterAtListener(server: Server, mounted: Mounted): void {
  const listeners = server.listeners('request')
  const dispatch = (exchange: Exchange): void => {
    const { raw, response } = exchange
    if (raw.headers.host === undefined && raw.httpVersion === '1.1') throw new MissingHostException()
    for (const listener of listeners) listener.call(server, raw, response)
  }
  const refuseExpectation = ({ headers }: Exchange): void => {
    throw new ExpectationFailedException(headers.expect ?? '')
  }
  server.removeAllListeners('request')
  server.on('request', (raw, response) => mounted.begin(raw, response, dispatch))
  server.on('checkExpectation', (raw, response) => mounted.begin(raw, response, refuseExpectation))
}

/** The first hook. Requests that came in past the listener, by `app.inject` for instance, enter the chain here. */
function enterAtHook(app: FastifyInstance, mounted: Mounted): void {
  app.addHook('onRequest', (request, reply, done) => {
    const arrive = (exchange: Exchange): void => {
      exchange.reply = reply
      exchange.tx.operation = operationOf(request)
      done()
    }
    const exchange = exchangeOf(request.raw)
    if (exchange === undefined) mounted.begin(request.raw, reply.raw, arrive, parseTxId(request.id))
    else arrive(exchange)
  })
}

/** Every handler of the framework leads here, and a second time if the answer to the first could not be sent. */
function meetError(thrown: unknown, request: FastifyRequest): void {
  exchangeOf(request.raw)?.fail(thrown)
}

function watchRoute(route: RouteOptions): void {
  route.handler = watchedHandler(route.handler)
  // In front of the app's own, which is the same: what fails while an exception is being answered is given to the
  // next handler, and beyond ours stands the framework's, which tells the client every message.
  route.errorHandler = meetError
}

/** Before a body is looked at: who asks at the wrong place should hear of that first. */
function refuseUnknownRoutes(app: FastifyInstance): void {
  const refuse = ({ method, url }: FastifyRequest): never => {
    const path = shownPath(url)
    const allow = allowedMethods(app, url)
    if (allow.length === 0) throw new RouteNotFoundException(method, path)
    throw new MethodNotAllowedException(method, path, allow)
  }
  // The framework takes every hook here, and an error handler, though its types name two of them.
  const hooks: object = { preParsing: refuse, errorHandler: meetError }
  app.setNotFoundHandler(hooks, refuse)
}

const operations = new Map<string, Map<string, string>>()

/** `GET /servers/:id`: the same string each time, so that it is made and hashed once. */
function operationOf({ method, routeOptions: { url = '(no route)' } }: FastifyRequest): string {
  let byMethod = operations.get(url)
  if (byMethod === undefined) {
    byMethod = new Map()
    operations.set(url, byMethod)
  }
  let operation = byMethod.get(method)
  if (operation === undefined) {
    operation = `${method} ${url}`
    byMethod.set(method, operation)
  }
  return operation
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
