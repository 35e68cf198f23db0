import type { Listed, ListPage } from '../cloud.ts'
import type { CloudRouter, NewCloudRouter } from '../network.ts'
import { holderOf, requirePart } from './attachments.ts'
import { capacityOf } from './capacity.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import { publicNetwork } from './networks.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  isChangeable,
  type ObjectRow,
  requireChangeable,
  requireIdle,
  requireObject,
  requireReady,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'
import { requireNotConnected, routerOf } from './port-connections.ts'

interface PortOfRouter {
  readonly routerId: string
  readonly portId: string
}

export function createRouter(
  moment: Moment,
  { key, zone, name, gatewayPortId }: NewCloudRouter,
): CloudRouter {
  requireSound(moment, key !== '', 'a router needs a key')
  capacityOf(moment, zone)
  if (gatewayPortId !== undefined) requireGatewayPort(moment, gatewayPortId, zone)
  const id = insertObject(moment, { kind: 'router', key, zone })
  moment.db.run('insert into routers (id, name) values (?, ?)', id, name)
  if (gatewayPortId !== undefined)
    moment.db.run('update ports set router_id = ? where id = ?', id, gatewayPortId)
  begin(moment, id, 'create', settlingMs.routerCreated)
  return routerById(moment, id) as CloudRouter
}

/** Its ports are let go when it is gone, by the tables themselves. */
export function deleteRouter(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'router', id)
  if (object === undefined) return
  requireNoPortChanges(moment, id)
  beginRemoval(moment, object, settlingMs.routerDeleted)
}

export function attachRouterPort(moment: Moment, { routerId, portId }: PortOfRouter): void {
  const router = requireObject(moment, 'router', routerId)
  const port = requirePart(moment, 'port', portId, router.zone)
  requireUnused(port, 'server', holderOf(moment, 'port', portId))
  const holder = routerOf(moment, portId)
  if (holder !== routerId) requireNotConnected(moment, port)
  requireIdle(moment, port)
  if (holder === routerId && port.state === 'ready' && moment.fault === undefined) return
  requireChangeable(moment, port)
  requireReady(moment, router)
  moment.db.run('update ports set next_router_id = ? where id = ?', routerId, portId)
  begin(moment, portId, 'attach', settlingMs.portAttached)
}

export function detachRouterPort(moment: Moment, { routerId, portId }: PortOfRouter): void {
  const port = findObject(moment, 'port', portId)
  if (port === undefined) return
  const holder = routerOf(moment, portId)
  // A failed attachment leaves a port that nothing has in an error state, which detaching it ends.
  const isLeftBroken = isNobodys(moment, portId) && port.state === 'broken' && isChangeable(port)
  if (holder !== routerId && !isLeftBroken) return
  requireIdle(moment, port)
  begin(moment, portId, 'detach', settlingMs.portDetached)
}

export function routerById(moment: Moment, id: string): CloudRouter | undefined {
  const row = findObject(moment, 'router', id)
  return row && presentRouter(row)
}

export function routersWithKey({ db }: Moment, key: string): readonly CloudRouter[] {
  return db
    .all<ObjectRow>(`select * from objects where key = ? and kind = 'router' order by seq`, key)
    .map(presentRouter)
}

export function listRouters(moment: Moment, page: ListPage): readonly Listed<CloudRouter>[] {
  return listObjects(moment, 'router', page, presentRouter)
}

function presentRouter(row: ObjectRow): CloudRouter {
  return { id: row.id, status: statusOf(row) }
}

function requireGatewayPort(moment: Moment, id: string, zone: string): void {
  const port = requirePart(moment, 'port', id, zone)
  requireUnused(port, 'server', holderOf(moment, 'port', id))
  requireNotConnected(moment, port)
  requireReady(moment, port)
  const isPublic = moment.db.one('select 1 from ports where id = ? and network = ?', id, publicNetwork)
  requireSound(moment, isPublic !== undefined, `port ${id} is on no public network`)
}

function isNobodys(moment: Moment, portId: string): boolean {
  return routerOf(moment, portId) === null && holderOf(moment, 'port', portId) === null
}

/** @throws {CloudBusyException} one of the router's ports is being attached or detached */
function requireNoPortChanges(moment: Moment, id: string): void {
  const ports = moment.db.all<ObjectRow>(
    'select objects.* from objects join ports using (id) where router_id = ? or next_router_id = ?',
    id,
    id,
  )
  for (const port of ports) requireIdle(moment, port)
}
