import { canonicalAddress } from '../../addressing/address.ts'
import { formatCidr, parseCidr } from '../../addressing/cidr.ts'
import type { NewRoute, Route, Routes } from '../routes.ts'
import type { Calls } from './calls.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  requireSound,
  statusOf,
} from './objects.ts'

/** The route port of the embedded cloud. */
export function embeddedRoutes(calls: Calls): Routes {
  return {
    announce: (route, signal) => calls.effect('routes.announce', route, signal),
    findRoutes: (key, signal) =>
      calls.read('routes.findRoutes', moment => routesWithKey(moment, key), signal),
    getRoute: (prefix, signal) => calls.read('routes.getRoute', moment => routeOf(moment, prefix), signal),
    listRoutes: (page, signal) =>
      calls.read('routes.listRoutes', moment => listObjects(moment, 'route', page, presentRoute), signal),
    withdraw: (prefix, key, signal) => calls.effect('routes.withdraw', { prefix, key }, signal),
  }
}

/** Accepted by the router at once, and with its neighbours a little later. */
export function announce(moment: Moment, { key, prefix, nextHop }: NewRoute): Route {
  const range = parseCidr(prefix)
  const hop = canonicalAddress(nextHop)
  requireSound(moment, key !== '', 'a route needs a key')
  requireSound(moment, range !== undefined, `${prefix} is no CIDR notation`)
  requireSound(
    moment,
    hop?.version === range.version,
    `${nextHop} is no address of IPv${range.version}, as ${prefix} asks for`,
  )
  const id = formatCidr(range)
  moment.db.run('delete from objects where id = ?', id)
  insertObject(moment, { kind: 'route', key, zone: null, id })
  moment.db.run('insert into routes (id, next_hop) values (?, ?)', id, hop.address)
  begin(moment, id, 'create', settlingMs.routeAnnounced)
  return routeOf(moment, id) as Route
}

export function withdraw(moment: Moment, { prefix, key }: { prefix: string; key: string }): void {
  const id = canonicalPrefix(prefix)
  const object = id === undefined ? undefined : findObject(moment, 'route', id)
  if (object?.key === key) beginRemoval(moment, object, settlingMs.routeWithdrawn)
}

interface RouteRow extends ObjectRow {
  readonly next_hop: string
}

function routeOf(moment: Moment, prefix: string): Route | undefined {
  const id = canonicalPrefix(prefix)
  if (id === undefined) return undefined
  const row = objectWithId<RouteRow>(moment, 'routes', id)
  return row && presentRoute(row)
}

function routesWithKey(moment: Moment, key: string): readonly Route[] {
  return objectsWithKey<RouteRow>(moment, 'routes', key).map(presentRoute)
}

function presentRoute(row: RouteRow): Route {
  return { id: row.id, nextHop: row.next_hop, key: row.key, status: statusOf(row) }
}

function canonicalPrefix(prefix: string): string | undefined {
  const range = parseCidr(prefix)
  return range && formatCidr(range)
}
