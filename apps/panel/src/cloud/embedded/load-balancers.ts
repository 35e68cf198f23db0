import type { Listed, ListPage } from '../cloud.ts'
import type { CloudLoadBalancer, LoadBalancers, NewCloudLoadBalancer } from '../load-balancers.ts'
import { holderOf, requirePart as requirePortOf } from './attachments.ts'
import type { Calls } from './calls.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import { listParts, partById, partsWithKey } from './load-balancer-parts.ts'
import { requireNothingChanges } from './load-balancer-tree.ts'
import { healthOfMembers } from './member-health.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  requireReady,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'
import { requireNotConnected } from './port-connections.ts'

/** The load balancers of the embedded cloud. */
export function embeddedLoadBalancers(calls: Calls): LoadBalancers {
  return {
    createLoadBalancer: (wanted, signal) => calls.effect('loadBalancers.create', wanted, signal),
    findLoadBalancers: (key, signal) =>
      calls.read('loadBalancers.find', moment => loadBalancersWithKey(moment, key), signal),
    getLoadBalancer: (id, signal) =>
      calls.read('loadBalancers.get', moment => loadBalancerById(moment, id), signal),
    listLoadBalancers: (page, signal) =>
      calls.read('loadBalancers.list', moment => listLoadBalancers(moment, page), signal),
    deleteLoadBalancer: (id, signal) => calls.effect('loadBalancers.delete', { id }, signal),
    createPart: (part, signal) => calls.effect('loadBalancers.createPart', part, signal),
    findParts: (key, signal) =>
      calls.read('loadBalancers.findParts', moment => partsWithKey(moment, key), signal),
    getPart: (id, signal) => calls.read('loadBalancers.getPart', moment => partById(moment, id), signal),
    listParts: (kind, page, signal) =>
      calls.read('loadBalancers.listParts', moment => listParts(moment, kind, page), signal),
    setPart: (id, settings, signal) => calls.effect('loadBalancers.setPart', { id, settings }, signal),
    deletePart: (id, signal) => calls.effect('loadBalancers.deletePart', { id }, signal),
    healthOfMembers: (ids, signal) =>
      calls.read('loadBalancers.health', moment => healthOfMembers(moment, ids), signal),
  }
}

export function createLoadBalancer(
  moment: Moment,
  { key, zone, name, flavor, portIds }: NewCloudLoadBalancer,
): CloudLoadBalancer {
  requireSound(moment, key !== '', 'a load balancer needs a key')
  requireSound(moment, flavor !== '', 'a load balancer needs a flavor')
  requireSound(moment, portIds.length > 0, 'a load balancer needs a port to be reached by')
  requireSound(moment, new Set(portIds).size === portIds.length, 'a port is named twice')
  for (const portId of portIds) {
    const port = requirePortOf(moment, 'port', portId, zone)
    requireUnused(port, 'server', holderOf(moment, 'port', portId))
    requireNotConnected(moment, port)
    requireReady(moment, port)
  }
  const id = insertObject(moment, { kind: 'load-balancer', key, zone })
  moment.db.run('insert into load_balancers (id, name, flavor) values (?, ?, ?)', id, name, flavor)
  for (const portId of portIds)
    moment.db.run('update ports set load_balancer_id = ? where id = ?', id, portId)
  begin(moment, id, 'create', settlingMs.loadBalancerCreated)
  return loadBalancerById(moment, id) as CloudLoadBalancer
}

/** Its ports are let go when it is gone, by the tables themselves. */
export function deleteLoadBalancer(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'load-balancer', id)
  if (object === undefined) return
  // One that is on its way, or was never made, is removed like a server that is being built.
  if (object.task === null) requireNothingChanges(moment, id)
  beginRemoval(moment, object, settlingMs.loadBalancerDeleted)
}

function loadBalancerById(moment: Moment, id: string): CloudLoadBalancer | undefined {
  const row = findObject(moment, 'load-balancer', id)
  return row && presentLoadBalancer(moment, row)
}

function loadBalancersWithKey(moment: Moment, key: string): readonly CloudLoadBalancer[] {
  return moment.db
    .all<ObjectRow>(`select * from objects where key = ? and kind = 'load-balancer' order by seq`, key)
    .map(row => presentLoadBalancer(moment, row))
}

function listLoadBalancers(moment: Moment, page: ListPage): readonly Listed<CloudLoadBalancer>[] {
  return listObjects<ObjectRow, CloudLoadBalancer>(moment, 'load-balancer', page, row =>
    presentLoadBalancer(moment, row),
  )
}

function presentLoadBalancer({ db }: Moment, row: ObjectRow): CloudLoadBalancer {
  const changing = db.one(
    'select 1 from load_balancer_parts join objects using (id) where load_balancer_id = ? and task is not null',
    row.id,
  )
  return { id: row.id, status: changing === undefined ? statusOf(row) : { state: 'pending' } }
}
