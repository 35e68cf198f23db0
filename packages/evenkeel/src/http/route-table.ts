import { activeTx } from '../filters/transaction.ts'
import {
  MalformedUrlException,
  MethodNotAllowedException,
  ParameterTooLongException,
  RouteNotFoundException,
} from './exceptions.ts'
import { shownPath } from './shown-path.ts'

export interface RouteTableOptions {
  /** How long a parameter may be, in characters. @default 100 */
  paramCharsMax?: number
}

/** What a request leads to. */
export interface FoundRoute<Handler> {
  readonly handler: Handler
  /** The route's template: `/servers/:id`. */
  readonly route: string
  readonly params: { readonly [name: string]: string }
}

/** Routes for servers that have no router of their own. */
export interface RouteTable<Handler> {
  /**
   * Finds the handler for a request, and names the transaction after its route. `HEAD` is taken where `GET` is.
   *
   * @param url path and query, or a whole URL
   * @throws {RouteNotFoundException} nothing is at this path
   * @throws {MethodNotAllowedException} what is there takes other methods
   * @throws {MalformedUrlException} the path can't be decoded
   * @throws {ParameterTooLongException}
   */
  find(method: string, url: string): FoundRoute<Handler>
}

/**
 * A table of routes, by method and template.
 *
 * @example
 * const routes = routeTable({ 'GET /servers/:id': getServer, 'POST /servers': createServer })
 * const server = createServer((request, response) => {
 *   const { handler, params } = routes.find(request.method, request.url)
 *   return handler(request, response, params)
 * })
 */
export function routeTable<Handler>(
  handlers: { readonly [methodAndPath: string]: Handler },
  { paramCharsMax = 100 }: RouteTableOptions = {},
): RouteTable<Handler> {
  const routes = Object.entries(handlers).map(([methodAndPath, handler]) => toRoute(methodAndPath, handler))
  return {
    find(method, url) {
      const path = pathOf(url)
      const segments = path.split('/').map(segment => decoded(segment, path))
      const matching = routes.filter(route => isMatch(route.segments, segments))
      const route = matching.find(candidate => candidate.method === method) ?? matching.find(isGetFor(method))
      if (route === undefined) throw refusal(method, path, matching)
      const params = paramsOf(route, segments, path, paramCharsMax)
      const tx = activeTx()
      if (tx !== undefined)
        tx.operation = method === route.method ? route.operation : `${method} ${route.path}`
      return { handler: route.handler, route: route.path, params }
    },
  }
}

interface Route<Handler> {
  readonly method: string
  readonly path: string
  readonly operation: string
  readonly segments: readonly string[]
  readonly handler: Handler
}

function toRoute<Handler>(operation: string, handler: Handler): Route<Handler> {
  const [method = '', path = ''] = operation.split(' ', 2)
  return { method, path, operation, segments: path.split('/'), handler }
}

function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? ''
  return path === '' ? '/' : path
}

function decoded(segment: string, path: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw new MalformedUrlException(shownPath(path), { cause })
  }
}

function isMatch(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]))
  )
}

function isGetFor(method: string): (route: Route<unknown>) => boolean {
  return route => method === 'HEAD' && route.method === 'GET'
}

function refusal(method: string, path: string, matching: readonly Route<unknown>[]): Error {
  if (matching.length === 0) return new RouteNotFoundException(method, shownPath(path))
  const allow = new Set(matching.map(route => route.method))
  if (allow.has('GET')) allow.add('HEAD')
  return new MethodNotAllowedException(method, shownPath(path), [...allow].sort())
}

function paramsOf(
  route: Route<unknown>,
  segments: readonly string[],
  path: string,
  charsMax: number,
): Record<string, string> {
  const params: Record<string, string> = {}
  for (const [at, part] of route.segments.entries()) {
    const value = segments[at] ?? ''
    if (!part.startsWith(':')) continue
    if (value.length > charsMax) throw new ParameterTooLongException(shownPath(path))
    params[part.slice(1)] = value
  }
  return params
}
