import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Express, Request, Response } from 'express'
import type { Exception } from '../exceptions/exception.ts'
import { MethodNotAllowedException, RouteNotFoundException } from '../http/exceptions.ts'
import { type MountedEvenkeel, ServerChain, type ServerOptions } from '../http/server-chain.ts'
import { pathOf, shownPath } from '../http/shown-path.ts'
import { exchangeOf } from '../node-http/exchange.ts'
import { mountInto } from '../node-http/mount-evenkeel.ts'
import { Mounted } from '../node-http/mounted.ts'
import { ExpressExchange } from './express-exchange.ts'
import { nameByRoute } from './name-by-route.ts'
import { allowedMethods } from './routes-at.ts'

/**
 * Runs every request of an Express app as one transaction in one chain: what handlers and middleware throw, bodies
 * that can't be read, paths that nobody serves. An error handler of the application that answers by itself still
 * does, and its answer counts as one; better, it is left out.
 *
 * Called once, before the server listens, with the server that the app is served by.
 *
 * @throws {InternalException} if a chain is mounted into the server already
 *
 * @example
 * const app = express().use(express.json())
 * const server = createServer(app)
 * mountEvenkeel(server, app, { service: 'servers', stats: memoryStats(), log: memoryTxLog() })
 * server.listen(8080)
 */
export function mountEvenkeel(server: Server, app: Express, options: ServerOptions): MountedEvenkeel {
  return mountAround(server, app, options, 'Express')
}

/** The same for a framework around Express. */
export function mountAround(
  server: Server,
  app: Express,
  options: ServerOptions,
  innermost: string,
): MountedEvenkeel {
  const chain = new ServerChain(options, innermost)
  const handle = (raw: IncomingMessage, response: ServerResponse): void => {
    const exchange = exchangeOf(raw) as ExpressExchange
    exchange.app = app
    // What nobody in the app answers comes out here, in place of Express's own last handler.
    const end = (thrown?: unknown): void => exchange.fail(thrown ?? unanswered(app, exchange))
    app(raw as Request, response as Response, end)
  }
  nameByRoute(app)
  mountInto(server, new Mounted(chain, ExpressExchange), [handle])
  return { chain: String(chain) }
}

/** Why nobody in an app answered a request. */
function unanswered(app: Express, { method, url }: ExpressExchange): Exception {
  const path = shownPath(url)
  const allow = allowedMethods(app, pathOf(url))
  return allow.length === 0 || allow.includes(method)
    ? new RouteNotFoundException(method, path)
    : new MethodNotAllowedException(method, path, allow)
}
