import type { Listed, ListPage, ObjectState } from './cloud.ts'

export interface NewRoute {
  /** The key of the step that announces it: stays on the route. */
  readonly key: string
  /** The addresses that it leads to, in canonical CIDR notation: `192.0.2.123/32`, `2001:db8:1::/56`. */
  readonly prefix: string
  /** The address of the same version that they are handed to. */
  readonly nextHop: string
}

export interface Route {
  /** The prefix: there is one route for each. */
  readonly id: string
  readonly nextHop: string
  readonly key: string
  readonly status: ObjectState
}

/** Routes of floating addresses to what they belong to. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`. */
export interface Routes {
  /** Announces the prefix, in the place of a route that was there. */
  announce(route: NewRoute, signal?: AbortSignal): Promise<Route>
  /** Every route that carries the key. */
  findRoutes(key: string, signal?: AbortSignal): Promise<readonly Route[]>
  getRoute(prefix: string, signal?: AbortSignal): Promise<Route | undefined>
  listRoutes(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<Route>[]>
  /** Withdraws the prefix's route if it still carries the key: somebody else's stays. Withdrawing an absent one is success. */
  withdraw(prefix: string, key: string, signal?: AbortSignal): Promise<void>
}
