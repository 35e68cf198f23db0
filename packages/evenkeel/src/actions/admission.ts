import { isDeepStrictEqual } from 'node:util'
import type { TxId } from '../filters/tx-id.ts'
import type { Action } from './action.ts'
import type { AdmittedAction } from './action-database.ts'
import { conform } from './conform.ts'
import { GaveUpWaitingException, LockedException } from './exceptions.ts'
import type { EngineParts } from './live-action.ts'

export interface AdmissionOptions<Db> {
  readonly signal?: AbortSignal | undefined
  readonly waitMs: number
  /** What else is written in the admission's database transaction. */
  readonly alsoWrite?: ((db: Db, id: TxId) => Promise<void>) | undefined
}

const lockRoundsMax = 5

/**
 * Locks first, then the admission: the database transaction asks `locks` again, and if the action needs others by
 * now, gives back and queues again.
 *
 * @throws {LockedException | WatchedException} a lock was held for longer than `waitMs`
 * @throws {GaveUpWaitingException} the signal was aborted
 * @throws what `admit` throws; in every case nothing was admitted and no lock is held
 */
export async function lockAndAdmit<Request, Input, Output, World, Db>(
  parts: EngineParts<World, Db>,
  action: Action<Request, Input, Output, World, Db>,
  id: TxId,
  request: Request,
  { waitMs, ...options }: AdmissionOptions<Db>,
): Promise<AdmittedAction> {
  const { locks, database, clock } = parts
  const deadlineMs = clock.now() + waitMs
  for (let round = 1; round <= lockRoundsMax; round++) {
    const keys = inOrder(await action.definition.locks(request, database.read))
    await locks.acquire(
      { actionId: id, action: action.name, keys },
      { waitMs: Math.max(0, deadlineMs - clock.now()), signal: options.signal },
    )
    try {
      return await admit(parts, action, id, request, { ...options, held: keys })
    } catch (thrown) {
      locks.release(id)
      if (!(thrown instanceof LocksChanged)) throw thrown
    }
  }
  throw new LockedException('what it needs', action.name, id, clock.now())
}

/**
 * The admission alone: one database transaction. With `held`, only if the action still needs exactly those locks.
 *
 * @throws {GaveUpWaitingException} the signal was aborted before
 * @throws what `admit` throws: nothing was admitted
 */
export async function admit<Request, Input, Output, World, Db>(
  { database, clock, encoding }: EngineParts<World, Db>,
  { name, definition }: Action<Request, Input, Output, World, Db>,
  id: TxId,
  request: Request,
  { signal, alsoWrite, held }: Omit<AdmissionOptions<Db>, 'waitMs'> & { readonly held?: readonly string[] },
): Promise<AdmittedAction> {
  return database.transaction(async db => {
    if (signal?.aborted) throw new GaveUpWaitingException(name)
    const keys = inOrder(await definition.locks(request, db))
    if (held !== undefined && !isDeepStrictEqual(keys, held)) throw new LocksChanged()
    const nowMs = clock.now()
    const given = await definition.admit(request, db, { actionId: id, nowMs })
    const { json: input } = conform(given, definition.input, encoding, {
      action: name,
      path: name,
      what: 'input',
    })
    const admitted: AdmittedAction = {
      id,
      name,
      version: definition.version,
      input,
      locks: keys,
      atMs: nowMs,
    }
    await database.insertAdmitted(db, admitted)
    await alsoWrite?.(db, id)
    return admitted
  })
}

/** What the action needs changed between the lock and the admission. Never leaves this file. */
class LocksChanged extends Error {}

function inOrder(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].sort()
}
