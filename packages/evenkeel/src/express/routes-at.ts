import type { Express } from 'express'

/** A route that a path leads to, whatever the method. */
export interface RouteAt {
  /** `/projects/:project/servers/:id` */
  readonly template: string
  /** Those that it names: a route for all methods names none. */
  readonly methods: readonly string[]
  readonly route: Route
}

/** What Express knows of a route. */
export interface Route {
  readonly path: RoutePath
  readonly methods: { readonly [method: string]: boolean }
}

/** The routes that a path leads to, in the app's routers and those inside them, in the order in which they are asked. */
export function routesAt(app: Express, path: string): RouteAt[] {
  return [...within((app as unknown as { readonly router: Router }).router, path, '')]
}

/** The methods that a path takes, or none if nothing is there. */
export function allowedMethods(app: Express, path: string): readonly string[] {
  return [...new Set(routesAt(app, path).flatMap(({ methods }) => methods))].sort()
}

/** What is used of a router's parts. Express documents `stack` for looking at, not its form. */
interface Router {
  readonly stack?: readonly Layer[]
}

interface Layer {
  readonly route?: Route
  readonly handle: Router
  match(path: string): boolean | { readonly path: string; readonly pattern?: RoutePath }
  /** What the latest `match` took, in releases whose `match` only says whether. */
  readonly path?: string
}

/** What a route or a router is put at. */
type RoutePath = string | RegExp | readonly (string | RegExp)[]

function* within({ stack = [] }: Router, path: string, base: string): Generator<RouteAt> {
  for (const layer of stack) {
    const { route, handle } = layer
    if (route === undefined && handle.stack === undefined) continue
    const match = matchOf(layer, path)
    if (match === false) continue
    if (route !== undefined) {
      yield { template: templateOf(base, route.path), methods: methodsOf(route.methods), route }
      continue
    }
    const taken = ((typeof match === 'object' ? match.path : layer.path) ?? '').replace(/\/$/, '')
    const inner = typeof match === 'object' && match.pattern !== undefined ? match.pattern : taken
    yield* within(handle, path.slice(taken.length) || '/', templateOf(base, inner))
  }
}

/** `/servers` and `/:id` as one. */
export function templateOf(base: string, path: RoutePath): string {
  const text = typeof path === 'string' ? path : path instanceof RegExp ? String(path) : path.join('|')
  return `${base}${text}`.replace(/(?<=.)\/$/, '')
}

function matchOf(layer: Layer, path: string): ReturnType<Layer['match']> {
  try {
    return layer.match(path)
  } catch {
    return false // the path can't be decoded, which is said where it is handled
  }
}

function methodsOf(methods: { readonly [method: string]: boolean }): string[] {
  const named = Object.keys(methods).filter(method => method !== '_all')
  if (named.includes('get') && !named.includes('head')) named.push('head')
  return named.map(method => method.toUpperCase())
}
