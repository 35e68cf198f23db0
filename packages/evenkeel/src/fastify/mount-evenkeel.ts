import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { type ExceptionClass, InternalException } from '../exceptions/index.ts'
import { parseTxId } from '../filters/tx-id.ts'
import { MethodNotAllowedException, RouteNotFoundException } from '../http/exceptions.ts'
import { txHeader } from '../http/identity-headers.ts'
import { type MountedEvenkeel, ServerChain, type ServerOptions } from '../http/server-chain.ts'
import { shownPath } from '../http/shown-path.ts'
import { enterAtListener } from '../node-http/enter-at-listener.ts'
import { exchangeOf } from '../node-http/exchange.ts'
import { Mounted } from '../node-http/mounted.ts'
import { allowedMethods } from './allowed-methods.ts'
import { FastifyExchange } from './fastify-exchange.ts'
import { type EmptyJsonBody, readJsonBodies } from './json-body.ts'
import { mountedInto, setMounted } from './mounted-apps.ts'
import { operationOf } from './operation-of.ts'
import { watchedHandler } from './watched-handler.ts'

export interface MountEvenkeelOptions extends ServerOptions {
  /** What an empty body means whose content-type says JSON. @default 'refuse' */
  emptyJsonBody?: EmptyJsonBody
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The classes of remote exceptions that the route hands on as they are, instead of as our own failure. @default none */
    passThrough?: readonly ExceptionClass[]
  }
}

/**
 * Runs every request of an app as one transaction in one chain, whatever the framework makes of it: unknown
 * routes, bodies that can't be read, handlers that throw, clients that leave. Each is counted once, logged once
 * and answered by class. Error handlers of the application are not called: a filter or `present` takes their place.
 *
 * Called once, on the root app, before any route is registered; the app is created with `evenkeelFastifyOptions()`.
 *
 * @throws {InternalException} if a chain is mounted into the app already
 *
 * @example
 * const app = Fastify(evenkeelFastifyOptions())
 * mountEvenkeel(app, { service: 'servers', stats: memoryStats(), log: memoryTxLog() })
 */
export function mountEvenkeel(app: FastifyInstance, options: MountEvenkeelOptions): MountedEvenkeel {
  const mounted = mountAround(app, options, 'Fastify')
  readJsonBodies(app, options.emptyJsonBody ?? 'refuse')
  return mounted
}

/**
 * All of it but the parsers, which belong to a framework around Fastify where there is one.
 *
 * @throws {InternalException} if a chain is mounted into the app already
 */
export function mountAround(
  app: FastifyInstance,
  options: ServerOptions,
  innermost: string,
): MountedEvenkeel {
  if (mountedInto(app) !== undefined) {
    throw new InternalException(
      'A chain is mounted into this app already. Pass all filters to one mountEvenkeel.',
    )
  }
  const chain = new ServerChain(options, innermost)
  const mounted = new Mounted(chain, FastifyExchange)
  setMounted(app, mounted)
  enterAtListener(app.server, mounted)
  enterAtHook(app, mounted)
  app.setErrorHandler(meetError)
  app.addHook('onRoute', watchRoute)
  refuseUnknownRoutes(app)
  return { chain: String(chain) }
}

/** The first hook. Requests that came in past the listener, by `app.inject` for instance, enter the chain here. */
function enterAtHook(app: FastifyInstance, mounted: Mounted<FastifyExchange>): void {
  app.addHook('onRequest', (request, reply, done) => {
    const exchange = exchangeOf(request.raw)
    if (exchange === undefined) {
      beginAtHook(mounted, request, reply, done)
      return
    }
    arrive(exchange as FastifyExchange, request, reply)
    done()
  })
}

// A function of its own: what a closure holds is made at every call of the function around it, needed or not.
function beginAtHook(
  mounted: Mounted<FastifyExchange>,
  request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  const enter = (entered: FastifyExchange): void => {
    arrive(entered, request, reply)
    done()
  }
  mounted.begin(request.raw, reply.raw, enter, parseTxId(request.id))
}

function arrive(exchange: FastifyExchange, request: FastifyRequest, reply: FastifyReply): void {
  exchange.reply = reply
  const { url = '(no route)', config } = request.routeOptions // which Fastify makes anew each time
  exchange.tx.operation = operationOf(request.method, url)
  exchange.tx.passThrough = config.passThrough
  // Where the framework writes the headers they hold it already, and need not be copied to add it.
  reply.header(txHeader, exchange.tx.id)
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
    // A route that takes the method may find nothing there, as one for files does.
    if (allow.length === 0 || allow.includes(method)) throw new RouteNotFoundException(method, path)
    throw new MethodNotAllowedException(method, path, allow)
  }
  // The framework takes every hook here, and an error handler, though its types name two of them.
  const hooks: object = { preParsing: refuse, errorHandler: meetError }
  app.setNotFoundHandler(hooks, refuse)
}
