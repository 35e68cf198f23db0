import { randomUUID } from 'node:crypto'
import type { ObjectState } from '../cloud.ts'
import { CloudObjectInUseException, CloudStateException, requireFound } from '../exceptions.ts'
import type { LoadBalancerPart } from '../load-balancers.ts'
import type { CloudDatabase } from './database.ts'
import { settleLoadBalancerPart } from './load-balancer-tasks.ts'
import { membersThrough, noteAnswers, notePartSettled } from './member-health.ts'
import type { Moment } from './moment.ts'
import { settleNetwork, settleSubnet } from './network-tasks.ts'
import { settlePort, settleVolume } from './part-tasks.ts'
import { busy, refused } from './refusals.ts'
import { settleServer } from './server-tasks.ts'

export type ObjectKind =
  | 'port'
  | 'volume'
  | 'snapshot'
  | 'server'
  | 'server-group'
  | 'pointer'
  | 'network'
  | 'subnet'
  | 'route'
  | 'image'
  | 'router'
  | 'objects-user'
  | 'load-balancer'
  | LoadBalancerPart['kind']

/** What a pending object is at. */
export type Task =
  | 'create'
  | 'delete'
  | 'configure'
  | 'start'
  | 'stop'
  | 'reboot'
  | 'resize'
  | 'attach'
  | 'detach'
  | 'extend'
  | 'revert'

/** What all kinds of objects have. */
export interface ObjectRow {
  readonly id: string
  readonly kind: ObjectKind
  readonly key: string
  readonly zone: string | null
  readonly made_at_ms: number
  readonly state: ObjectState['state']
  readonly fault: string | null
  readonly task: Task | null
  readonly settles_at_ms: number | null
  readonly settle_fault: string | null
  /** What a broken object was at; null if it was at nothing. */
  readonly failed_task: Task | null
}

export interface NewObject {
  readonly kind: ObjectKind
  readonly key: string
  readonly zone: string | null
  /** @default a new UUID */
  readonly id?: string
}

/** Puts an object into the world. It is pending until what `begin` begins has settled. */
export function insertObject(
  { db, nowMs }: Moment,
  { kind, key, zone, id = randomUUID() }: NewObject,
): string {
  db.run(
    `insert into objects (id, kind, key, zone, made_at_ms, state, task) values (?, ?, ?, ?, ?, 'pending', 'create')`,
    id,
    kind,
    key,
    zone,
    nowMs,
  )
  return id
}

/** Accepts a task on an object, which settles when it usually does; at once in a world without latency. */
export function begin(moment: Moment, id: string, task: Task, usualMs: number): void {
  const { db, nowMs, fault } = moment
  const settlesAtMs = moment.settlesAt(usualMs)
  db.run(
    `update objects set state = 'pending', fault = null, failed_task = null, task = ?, settles_at_ms = ?, settle_fault = ?
     where id = ?`,
    task,
    settlesAtMs,
    fault ?? null,
    id,
  )
  if (settlesAtMs <= nowMs) settle(db, id)
}

/** Accepts the removal of an object. One that is on its way out already needs no second push. */
export function beginRemoval(moment: Moment, object: ObjectRow, usualMs: number): void {
  if (object.task === 'delete' && moment.fault === undefined) return
  begin(moment, object.id, 'delete', usualMs)
}

/** Ends what the object is at: well, or in the fault that was destined for it. */
export function settle(db: CloudDatabase, id: string): void {
  const object = db.one<ObjectRow>('select * from objects where id = ?', id)
  if (object === undefined || object.task === null) return
  const members = membersThrough(db, object)
  const atMs = object.settles_at_ms ?? 0
  const isDone = object.settle_fault === null
  if (isDone && object.task === 'delete') {
    notePartSettled(db, object, atMs)
    remove(db, id)
  } else {
    end(db, object)
    if (isDone) notePartSettled(db, object, atMs)
  }
  noteAnswers(db, [...members, ...membersThrough(db, object)], atMs)
}

/** A network takes its subnets along, a load balancer its parts, and a pool its members and its monitor. */
function remove(db: CloudDatabase, id: string): void {
  db.run('delete from objects where id in (select id from subnets where network_id = ?)', id)
  db.run(
    'delete from objects where id in (select id from load_balancer_parts where load_balancer_id = ? or pool_id = ?)',
    id,
    id,
  )
  db.run('delete from objects where id = ?', id)
}

/** Ends whatever the object is at, in an error state. */
export function damage(db: CloudDatabase, id: string): void {
  db.run(`update objects set settle_fault = 'The cloud has lost track of it.' where id = ?`, id)
  const object = db.one<ObjectRow>('select * from objects where id = ?', id)
  if (object !== undefined) end(db, object)
}

function end(db: CloudDatabase, { id, kind, task, settle_fault }: ObjectRow): void {
  const done = settle_fault === null && task !== null ? task : undefined
  switch (kind) {
    case 'server':
      settleServer(db, id, done)
      break
    case 'network':
      settleNetwork(db, id, done)
      break
    case 'subnet':
      settleSubnet(db, id, done)
      break
    case 'volume':
      settleVolume(db, id, done)
      break
    case 'port':
      settlePort(db, id, done)
      break
    case 'member':
    case 'listener':
    case 'monitor':
      settleLoadBalancerPart(db, id, done)
      break
  }
  db.run(
    `update objects set state = iif(settle_fault is null, 'ready', 'broken'), fault = settle_fault,
       failed_task = iif(settle_fault is null, null, coalesce(task, failed_task)),
       task = null, settles_at_ms = null, settle_fault = null
     where id = ?`,
    id,
  )
}

/** The tables of kinds: each row belongs to one in `objects`. */
export type KindTable =
  | 'images'
  | 'load_balancer_parts'
  | 'networks'
  | 'objects_users'
  | 'pointers'
  | 'ports'
  | 'routes'
  | 'servers'
  | 'snapshots'
  | 'subnets'
  | 'volumes'

/** An object with what its kind has. */
export function objectWithId<Row extends ObjectRow>(
  { db }: Pick<Moment, 'db'>,
  table: KindTable,
  id: string,
): Row | undefined {
  return db.one<Row>(`select * from objects join ${table} using (id) where id = ?`, id)
}

/** All that carry the key, oldest first. */
export function objectsWithKey<Row extends ObjectRow>(
  { db }: Pick<Moment, 'db'>,
  table: KindTable,
  key: string,
): readonly Row[] {
  return db.all<Row>(`select * from objects join ${table} using (id) where key = ? order by seq`, key)
}

export function findObject({ db }: Moment, kind: ObjectKind, id: string): ObjectRow | undefined {
  return db.one<ObjectRow>('select * from objects where kind = ? and id = ?', kind, id)
}

export function statusOf({ state, fault }: Pick<ObjectRow, 'state' | 'fault'>): ObjectState {
  return state === 'broken'
    ? { state, fault: fault ?? 'It failed, and the cloud does not say why.' }
    : { state }
}

/** @throws {CloudObjectNotFoundException} */
export function requireObject(moment: Moment, kind: ObjectKind, id: string): ObjectRow {
  const object = findObject(moment, kind, id)
  return requireFound(object, `${kind} ${id}`)
}

/** @throws {CloudBusyException} something runs on the object */
export function requireIdle({ operation }: Moment, { task }: ObjectRow): void {
  if (task !== null) throw busy(operation)
}

/** Whether a change may begin on an idle object. One that was never made, or is half removed, can only be removed. */
export function isChangeable({ state, failed_task }: ObjectRow): boolean {
  return state !== 'broken' || (failed_task !== 'create' && failed_task !== 'delete')
}

/**
 * A change settles again what another change has broken.
 *
 * @throws {CloudBusyException} something runs on the object
 * @throws {CloudStateException} it is broken for good
 */
export function requireChangeable(moment: Moment, object: ObjectRow): void {
  requireIdle(moment, object)
  if (!isChangeable(object)) refuseForState(moment, object, 'broken')
}

/**
 * An object that others can be made of.
 *
 * @throws {CloudBusyException} something runs on it
 * @throws {CloudStateException} it is broken
 */
export function requireReady(moment: Moment, object: ObjectRow): void {
  requireIdle(moment, object)
  if (object.state === 'broken') refuseForState(moment, object, 'broken')
}

/** @throws {CloudStateException} */
export function refuseForState({ operation }: Moment, { kind, id }: ObjectRow, state: string): never {
  throw new CloudStateException(`${kind} ${id}`, state, operation)
}

/** @throws {CloudObjectInUseException} something of this kind uses it. @param userId null if none does */
export function requireUnused(
  { kind, id }: ObjectRow,
  userKind: ObjectKind | 'bucket',
  userId: string | null,
): void {
  if (userId !== null) throw new CloudObjectInUseException(`${kind} ${id}`, `${userKind} ${userId}`)
}

/** What the cloud says to a value that makes no sense. @throws {CloudRefusedException} unless `isSound` */
export function requireSound({ operation }: Moment, isSound: boolean, reason: string): asserts isSound {
  if (!isSound) throw refused(operation, reason)
}
