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

/**
 * The routes that a path leads to, in the app's routers and what is inside them, in the order in which they are asked.
 * An app that another one has mounted by itself is not among that: Express lets nobody look into it.
 */
export function routesAt(app: Express, path: string): RouteAt[] {
  return [...within(routerOf(app), { template: '', path })]
}

/**
 * The template of a route of an app that others have mounted by themselves, which is found from the inside: an app
 * knows where, as a pattern. Undefined if it can't be told: mounted at several places, it knows the last.
 *
 * @param root the outermost app
 * @param path as it was sent to the root
 */
export function templateInside(app: Express, route: Route, root: Express, path: string): string | undefined {
  const place = placeOf(app as MountedApp, root, path)
  if (place === undefined) return undefined
  return [...within(routerOf(app), place)].find(candidate => candidate.route === route)?.template
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
  /** A router has a stack; an app that stands in a router has a router. */
  readonly handle: Router & { readonly router?: Router }
  match(path: string): boolean | { readonly path: string; readonly pattern?: RoutePath }
  /** What the latest `match` took, in releases whose `match` only says whether. */
  readonly path?: string
}

/** What Express documents of an app that another one has mounted. */
interface MountedApp extends Express {
  readonly parent?: MountedApp
  readonly mountpath: string | string[]
}

/** What a route or a router is put at. */
type RoutePath = string | RegExp | readonly (string | RegExp)[]

/** A place inside an app: the template of the way there, and what of the path is left. */
interface Place {
  readonly template: string
  readonly path: string
}

function routerOf(app: Express): Router {
  return (app as unknown as { readonly router: Router }).router
}

function placeOf(app: MountedApp, root: Express, path: string): Place | undefined {
  if (app === root) return { template: '', path }
  const { parent, mountpath } = app
  if (parent === undefined) return undefined
  const outer = placeOf(parent, root, path)
  if (outer === undefined) return undefined
  for (const layer of routerOf(parent).stack ?? []) {
    if (layer.route !== undefined) continue
    const inner = entered(layer, outer)
    const patterns = [mountpath].flat(Infinity).map(pattern => templateOf(outer.template, pattern))
    if (inner !== undefined && patterns.includes(inner.template)) return inner
  }
  return undefined
}

function* within(router: Router, place: Place): Generator<RouteAt> {
  for (const layer of router.stack ?? []) {
    const { route, handle } = layer
    const inside = handle.stack === undefined ? handle.router : handle
    const inner = route === undefined && inside === undefined ? undefined : entered(layer, place)
    if (inner === undefined) continue
    if (route !== undefined) {
      yield { template: templateOf(place.template, route.path), methods: methodsOf(route.methods), route }
    } else if (inside !== undefined) yield* within(inside, inner)
  }
}

/** The place behind a layer, or undefined if the path does not lead there. */
function entered(layer: Layer, { template, path }: Place): Place | undefined {
  const match = matchOf(layer, path)
  if (match === false) return undefined
  const taken = ((typeof match === 'object' ? match.path : layer.path) ?? '').replace(/\/$/, '')
  const pattern = typeof match === 'object' && match.pattern !== undefined ? match.pattern : taken
  return { template: templateOf(template, pattern), path: path.slice(taken.length) || '/' }
}

/** `/servers` and `/:id` as one. */
export function templateOf(base: string, path: RoutePath): string {
  const text = typeof path === 'string' ? path : path instanceof RegExp ? String(path) : path.join('|')
  return `${base === '/' ? '' : base}${text}`.replace(/(?<=.)\/$/, '')
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
