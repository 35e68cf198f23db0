import { randomUUID } from 'node:crypto'
import type { ObjectState } from '../cloud.ts'
import { CloudObjectInUseException, CloudStateException, requireFound } from '../exceptions.ts'
import type { CloudDatabase } from './database.ts'
import type { Moment } from './moment.ts'
import { busy, refused } from './refusals.ts'
import { settleServer } from './server-tasks.ts'

export type ObjectKind = 'port' | 'volume' | 'server' | 'pointer' | 'network' | 'subnet' | 'route'

/** What a pending object is at. */
export type Task = 'create' | 'delete' | 'start' | 'stop' | 'reboot' | 'resize'

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
    `update objects set state = 'pending', fault = null, task = ?, settles_at_ms = ?, settle_fault = ? where id = ?`,
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
  if (object.settle_fault === null && object.task === 'delete') {
    db.run('delete from objects where id = ?', id)
    return
  }
  if (object.kind === 'server') settleServer(db, id, object.settle_fault === null ? object.task : undefined)
  db.run(
    `update objects set state = iif(settle_fault is null, 'ready', 'broken'), fault = settle_fault,
       task = null, settles_at_ms = null, settle_fault = null
     where id = ?`,
    id,
  )
}

/** Ends whatever the object is at, in an error state. */
export function damage(db: CloudDatabase, id: string): void {
  db.run(
    `update objects set state = 'broken', fault = 'The cloud has lost track of it.', task = null, settles_at_ms = null,
       settle_fault = null
     where id = ?`,
    id,
  )
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

/** @throws {CloudStateException} */
export function refuseForState({ operation }: Moment, { kind, id }: ObjectRow, state: string): never {
  throw new CloudStateException(`${kind} ${id}`, state, operation)
}

/** @throws {CloudObjectInUseException} a server holds the port or volume */
export function requireUnused(object: ObjectRow, serverId: string | null): void {
  requireNoUser(object, serverId === null ? undefined : `server ${serverId}`)
}

/** @param user what uses the object, by kind and id. @throws {CloudObjectInUseException} unless it is undefined */
export function requireNoUser({ kind, id }: ObjectRow, user: string | undefined): void {
  if (user !== undefined) throw new CloudObjectInUseException(`${kind} ${id}`, user)
}

/** @throws {CloudObjectNotFoundException} @throws {CloudBusyException} something runs on it @throws {CloudStateException} it is broken */
export function requireReady(moment: Moment, kind: ObjectKind, id: string): ObjectRow {
  const object = requireObject(moment, kind, id)
  requireIdle(moment, object)
  if (object.state === 'broken') refuseForState(moment, object, 'broken')
  return object
}

/** What the cloud says to a value that makes no sense. @throws {CloudRefusedException} unless `isSound` */
export function requireSound({ operation }: Moment, isSound: boolean, reason: string): asserts isSound {
  if (!isSound) throw refused(operation, reason)
}
