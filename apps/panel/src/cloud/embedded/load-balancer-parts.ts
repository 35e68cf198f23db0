import { isDeepStrictEqual } from 'node:util'
import type { Listed, ListPage } from '../cloud.ts'
import { requireFound } from '../exceptions.ts'
import type {
  CloudLoadBalancerPart,
  LoadBalancerPart,
  NewLoadBalancerPart,
  PartSettings,
} from '../load-balancers.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import { requireNothingChanges } from './load-balancer-tree.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  requireChangeable,
  requireObject,
  requireReady,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'

export function createPart(
  moment: Moment,
  { key, loadBalancerId, part }: NewLoadBalancerPart,
): CloudLoadBalancerPart {
  requireSound(moment, key !== '', `a ${part.kind} needs a key`)
  const loadBalancer = requireObject(moment, 'load-balancer', loadBalancerId)
  requireNothingChanges(moment, loadBalancerId)
  requireReady(moment, loadBalancer)
  const poolId = part.kind === 'pool' ? null : part.poolId
  if (poolId !== null) requirePool(moment, loadBalancerId, poolId)
  if (part.kind === 'monitor') requireNoMonitor(moment, part.poolId)

  const id = insertObject(moment, { kind: part.kind, key, zone: loadBalancer.zone })
  moment.db.run(
    'insert into load_balancer_parts (id, load_balancer_id, pool_id, part) values (?, ?, ?, ?)',
    id,
    loadBalancerId,
    poolId,
    JSON.stringify(part),
  )
  begin(moment, id, 'create', settlingMs.loadBalancerChanged)
  return partById(moment, id) as CloudLoadBalancerPart
}

export function setPart(moment: Moment, { id, settings }: { id: string; settings: PartSettings }): void {
  const row = requireFound(rowOf(moment, id), `part of a load balancer ${id}`)
  requireNothingChanges(moment, row.load_balancer_id)
  requireChangeable(moment, row)
  const part = partOf(row)
  for (const name of Object.keys(settings)) {
    requireSound(moment, settingsOf[part.kind].includes(name), `${name} is no setting of a ${part.kind}`)
  }
  const next = { ...part, ...settings }
  if (row.state === 'ready' && isDeepStrictEqual(next, part) && moment.fault === undefined) return
  moment.db.run('update load_balancer_parts set next_part = ? where id = ?', JSON.stringify(next), id)
  begin(moment, id, 'configure', settlingMs.loadBalancerChanged)
}

export function deletePart(moment: Moment, { id }: { id: string }): void {
  const row = rowOf(moment, id)
  if (row === undefined) return
  if (row.task !== 'delete') requireNothingChanges(moment, row.load_balancer_id)
  const listener = moment.db.one<{ id: string }>(
    `select id from load_balancer_parts join objects using (id) where pool_id = ? and kind = 'listener' limit 1`,
    id,
  )
  requireUnused(row, 'listener', listener?.id ?? null)
  beginRemoval(moment, row, settlingMs.loadBalancerChanged)
}

/** What can be changed about each kind. */
const settingsOf: { readonly [Kind in LoadBalancerPart['kind']]: readonly string[] } = {
  pool: [],
  member: ['isEnabled'],
  listener: [
    'protocol',
    'protocolPort',
    'allowedCidrs',
    'timeoutClientDataMs',
    'timeoutMemberConnectMs',
    'timeoutMemberDataMs',
  ],
  monitor: ['delayS', 'timeoutS', 'upThreshold', 'downThreshold', 'http'],
}

/** A pool of the load balancer that something can refer to. */
function requirePool(moment: Moment, loadBalancerId: string, poolId: string): void {
  const pool = requireObject(moment, 'pool', poolId)
  const isOfIt = rowOf(moment, poolId)?.load_balancer_id === loadBalancerId
  requireSound(moment, isOfIt, `pool ${poolId} is not one of load-balancer ${loadBalancerId}`)
  requireReady(moment, pool)
}

function requireNoMonitor(moment: Moment, poolId: string): void {
  const monitor = moment.db.one(
    `select 1 from load_balancer_parts join objects using (id) where pool_id = ? and kind = 'monitor'`,
    poolId,
  )
  requireSound(moment, monitor === undefined, `pool ${poolId} has a monitor already`)
}

export interface PartRow extends ObjectRow {
  readonly load_balancer_id: string
  readonly part: string
}

export function partById(moment: Moment, id: string): CloudLoadBalancerPart | undefined {
  const row = rowOf(moment, id)
  return row && presentPart(row)
}

export function partsWithKey(moment: Moment, key: string): readonly CloudLoadBalancerPart[] {
  return objectsWithKey<PartRow>(moment, 'load_balancer_parts', key).map(presentPart)
}

export function listParts(
  moment: Moment,
  kind: LoadBalancerPart['kind'],
  page: ListPage,
): readonly Listed<CloudLoadBalancerPart>[] {
  return listObjects(moment, kind, page, presentPart)
}

function rowOf(moment: Moment, id: string): PartRow | undefined {
  return objectWithId<PartRow>(moment, 'load_balancer_parts', id)
}

function presentPart(row: PartRow): CloudLoadBalancerPart {
  return { id: row.id, loadBalancerId: row.load_balancer_id, part: partOf(row), status: statusOf(row) }
}

function partOf({ part }: Pick<PartRow, 'part'>): LoadBalancerPart {
  return JSON.parse(part)
}
