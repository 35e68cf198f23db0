import type { Express } from 'express'
import { Exception } from '../exceptions/exception.ts'
import { noRouteOperation } from '../http/request-transaction.ts'
import { pathOf } from '../http/shown-path.ts'
import { Exchange } from '../node-http/exchange.ts'
import { expressException } from './express-exception.ts'
import { routesAt } from './routes-at.ts'

/** An exchange that knows the errors of Express, its router and its body parser. */
export class ExpressExchange extends Exchange {
  /** Set once the app has the request. */
  app: Express | undefined

  protected override exceptionOf(thrown: unknown): Exception {
    this.#nameByPath()
    if (thrown instanceof Exception) return thrown
    return expressException(thrown, this) ?? super.exceptionOf(thrown)
  }

  /** Middleware may refuse a request before the router has come to its route, a body parser for instance. */
  #nameByPath(): void {
    const { app, method, url, tx } = this
    if (app === undefined || tx.operation !== noRouteOperation(method)) return
    const asked = method === 'HEAD' ? 'GET' : method
    const route = routesAt(app, pathOf(url)).find(({ methods }) => methods.includes(asked))
    if (route !== undefined) tx.operation = `${method} ${route.template}`
  }
}
