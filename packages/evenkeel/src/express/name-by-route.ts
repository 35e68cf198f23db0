import type { IncomingMessage } from 'node:http'
import type { Express } from 'express'
import { exchangeOf } from '../node-http/exchange.ts'
import { type RoutePath, templateOf } from './routes-at.ts'

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
      if (exchange !== undefined) exchange.tx.operation = operationOf(this, route)
    },
  })
}

const routeSlot = Symbol('route')

interface Route {
  readonly path: RoutePath
}

interface Routed extends IncomingMessage {
  [routeSlot]?: Route
  /** What the routers around this one have taken of the path, as it was sent. */
  readonly baseUrl?: string
  /** What the router around this one has read out of it. */
  readonly params?: { readonly [name: string]: string | readonly string[] | undefined }
}

/** `GET /projects/:project/servers/:id` */
function operationOf({ method, baseUrl = '', params = {} }: Routed, { path }: Route): string {
  return `${method} ${templateOf(baseTemplate(baseUrl, params), path)}`
}

/** The base with names in the place of values: a value in the name of an operation would make one for each. */
function baseTemplate(baseUrl: string, params: NonNullable<Routed['params']>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [value, name]))
  return baseUrl
    .split('/')
    .map(segment => {
      const name = names.get(decoded(segment))
      return name === undefined ? segment : `:${name}`
    })
    .join('/')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment // the router has refused it already, or takes it as it is
  }
}
