import { IncomingMessage } from 'node:http'
import type { Express } from 'express'
import { pathOf } from '../http/shown-path.ts'
import { exchangeOf } from '../node-http/exchange.ts'
import type { ExpressExchange } from './express-exchange.ts'
import { type Route, routesAt, templateInside, templateOf } from './routes-at.ts'

/**
 * Names each transaction after the route that a router finds, at the moment when it finds it: it writes the route
 * down in the request, whose prototype the app gives it. All apps share one, also those that stand inside of others.
 */
export function nameByRoute(app: Express): void {
  Object.defineProperty(sharedRequest(app), 'route', {
    configurable: true,
    enumerable: true,
    get(this: Routed) {
      return this[routeSlot]
    },
    set(this: Routed, route: Route) {
      this[routeSlot] = route
      const exchange = exchangeOf(this) as ExpressExchange | undefined
      if (exchange?.app !== undefined) {
        exchange.tx.operation = `${this.method} ${templateFor(exchange.app, this, route)}`
      }
    },
  })
}

const routeSlot = Symbol('route')

interface Routed extends IncomingMessage {
  [routeSlot]?: Route
  /** The innermost app that handles it. */
  readonly app: Express
  /** What the routers around this one have taken of the path, as it was sent. */
  readonly baseUrl?: string
  readonly originalUrl?: string
}

function sharedRequest({ request }: Express): object {
  let shared: object = request
  for (
    let above: object = shared;
    above !== IncomingMessage.prototype;
    above = Object.getPrototypeOf(above)
  ) {
    shared = above
  }
  return shared
}

function templateFor(root: Express, request: Routed, route: Route): string {
  const { app, baseUrl = '', originalUrl = '' } = request
  if (baseUrl === '') return templateOf('', route.path)
  const path = pathOf(originalUrl)
  const found = routesAt(root, path).find(candidate => candidate.route === route)
  // Where nobody can tell, what it is mounted at may hold values, which are no part of a name.
  return found?.template ?? templateInside(app, route, root, path) ?? templateOf('*', route.path)
}
