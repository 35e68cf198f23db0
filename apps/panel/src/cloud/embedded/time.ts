import { Exception } from 'evenkeel'
import type { CloudDatabase } from './database.ts'
import { type Effect, effects } from './effects.ts'
import { momentIn, type World } from './moment.ts'
import { settle } from './objects.ts'
import type { EffectOperation } from './operations.ts'

/**
 * Lets everything happen that was due by `toMs`, in order of time. Nothing in the world has a timer: it is
 * brought up to date whenever somebody looks, which gives the same world however long nobody did.
 */
export function advance(world: World, toMs: number): void {
  for (let due = nextDue(world.db, toMs); due !== undefined; due = nextDue(world.db, toMs)) {
    if (due.object !== null) settle(world.db, due.object)
    else takeLateEffect(world, due.seq)
  }
}

/** Stores an effect that is to take place later. */
export function keepForLater<Request>(
  db: CloudDatabase,
  operation: EffectOperation,
  request: Request,
  dueAtMs: number,
): void {
  db.run(
    'insert into late_effects (due_at_ms, operation, request) values (?, ?, ?)',
    dueAtMs,
    operation,
    JSON.stringify(request),
  )
}

interface Due {
  readonly seq: number
  /** The object that settles, or null where an effect is due. */
  readonly object: string | null
}

function nextDue(db: CloudDatabase, toMs: number): Due | undefined {
  return db.one<Due>(
    `select seq, object from (
       select settles_at_ms as at_ms, seq, id as object, 0 as rank from objects where settles_at_ms <= ?
       union all
       select due_at_ms, seq, null, 1 from late_effects where due_at_ms <= ?
     ) order by at_ms, rank, seq limit 1`,
    toMs,
    toMs,
  )
}

function takeLateEffect(world: World, seq: number): void {
  const { db } = world
  const late = db.one<{ due_at_ms: number; operation: EffectOperation; request: string }>(
    'delete from late_effects where seq = ? returning due_at_ms, operation, request',
    seq,
  )
  if (late === undefined) return
  const act = effects[late.operation] as Effect<unknown, unknown>
  const moment = momentIn(world, { operation: late.operation, nowMs: late.due_at_ms })
  try {
    db.attempt(() => act(moment, JSON.parse(late.request)))
  } catch (thrown) {
    // Its caller is long gone, and there is nobody to be told that the address is taken or the server away.
    if (!(thrown instanceof Exception) || thrown.category !== 'dependency') throw thrown
  }
}
