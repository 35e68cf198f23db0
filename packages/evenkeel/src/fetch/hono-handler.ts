import { METHODS } from 'node:http'
import { MethodNotAllowedException, RouteNotFoundException } from '../http/exceptions.ts'
import type { ServerOptions } from '../http/server-chain.ts'
import { shownPath } from '../http/shown-path.ts'
import { type FetchHandler, fetchHandler } from './fetch-handler.ts'

/** What is used of a Hono app. */
export interface HonoApp {
  fetch(request: Request, ...rest: never[]): Response | Promise<Response>
  getPath(request: Request): string
  readonly router: {
    /** Each match is a handler with its route, the outermost first, and its parameters. */
    match(method: string, path: string): readonly [readonly HonoMatch[], ...unknown[]]
  }
  onError(handler: (error: Error) => never): unknown
  notFound(handler: (context: { readonly req: { readonly raw: Request } }) => never): unknown
}

type HonoMatch = readonly [
  readonly [unknown, { readonly method: string; readonly path: string }],
  ...unknown[],
]

/**
 * Runs every request of a Hono app as one transaction in one chain. The app's own handlers for errors and for what is
 * not found are replaced.
 *
 * @example
 * const app = new Hono().get('/servers/:id', ({ req, json }) => json(findServer(req.param('id'))))
 * serve({ fetch: honoHandler(app, { service: 'servers', stats: memoryStats(), log: memoryTxLog() }) })
 */
export function honoHandler<App extends HonoApp>(app: App, options: ServerOptions): FetchHandler<Rest<App>> {
  app.onError(error => {
    throw error
  })
  app.notFound(({ req: { raw } }) => {
    throw refusal(app, raw)
  })
  const handler = app.fetch as (request: Request, ...rest: Rest<App>) => Response | Promise<Response>
  return fetchHandler(handler, {
    ...options,
    route: request => routeOf(app, request.method, app.getPath(request)),
  })
}

type Rest<App extends HonoApp> = Parameters<App['fetch']> extends [Request, ...infer More] ? More : []

/** The template of the innermost route, unless it is a piece of middleware for many paths. */
function routeOf({ router }: HonoApp, method: string, path: string): string | undefined {
  const asked = method === 'HEAD' ? 'GET' : method // Hono answers HEAD as it answers GET
  const [, route] = router.match(asked, path)[0].at(-1)?.[0] ?? []
  return route === undefined || (route.method === 'ALL' && route.path.endsWith('*')) ? undefined : route.path
}

function refusal(app: HonoApp, request: Request): Error {
  const path = app.getPath(request)
  const allow = METHODS.filter(method => routeOf(app, method, path) !== undefined)
  return allow.length === 0
    ? new RouteNotFoundException(request.method, shownPath(path))
    : new MethodNotAllowedException(request.method, shownPath(path), allow)
}
