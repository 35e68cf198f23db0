import type { IncomingMessage } from 'node:http'
import type { Express } from 'express'
import { pathOf } from '../http/shown-path.ts'
import { exchangeOf } from '../node-http/exchange.ts'
import { type Route, routesAt, templateOf } from './routes-at.ts'

/**
 * Names each transaction after the route that the router finds, at the moment when it finds it: it writes the route
 * down in the request, whose prototype the app gives it.
 */
export function nameByRoute(app: Express): void {
  Object.defineProperty(app.request, 'route', {
    configurable: true,
    enumerable: true,
    get(this: Routed) {
      return this[routeSlot]
    },
    set(this: Routed, route: Route) {
      this[routeSlot] = route
      const exchange = exchangeOf(this)
      if (exchange !== undefined) exchange.tx.operation = `${this.method} ${templateFor(app, this, route)}`
    },
  })
}

const routeSlot = Symbol('route')

interface Routed extends IncomingMessage {
  [routeSlot]?: Route
  /** What the routers around this one have taken of the path, as it was sent. */
  readonly baseUrl?: string
  readonly originalUrl?: string
}

function templateFor(app: Express, { baseUrl = '', originalUrl = '' }: Routed, route: Route): string {
  if (baseUrl === '') return templateOf('', route.path)
  const found = routesAt(app, pathOf(originalUrl)).find(candidate => candidate.route === route)
  // An app inside of an app can't be looked into. What it is mounted at may hold values, which are no part of a name.
  return found?.template ?? templateOf('*', route.path)
}
