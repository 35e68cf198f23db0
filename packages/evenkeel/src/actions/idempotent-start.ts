import { ValidationException } from '../exceptions/index.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { ActionDatabase, IdempotentStart } from './action-database.ts'
import type { Clock } from './engine/clock.ts'
import { GaveUpWaitingException, IdempotencyKeyReusedException } from './exceptions.ts'

/** A start that is asked for under an idempotency key. */
export interface StartUnderKey {
  /** Whose key it is: others' keys are others. Empty for a start of nobody's. */
  readonly principal: string
  readonly key: string
  readonly action: string
  readonly requestHash: string
}

export interface IdempotentStartsOptions<Db> {
  readonly database: ActionDatabase<Db>
  readonly clock: Clock
  /** How long a key is remembered, in milliseconds; longer while its action is not closed. */
  readonly keepMs: number
  readonly isLive: (actionId: TxId) => boolean
}

/** The two ways in which a start under a key goes on. */
export interface StartWays<Db, Started> {
  /** For a key that is new. @param remember to be called in the admission's database transaction */
  begin(remember: (db: Db, actionId: TxId) => Promise<void>): Promise<Started>
  /** For a key under which this action was started before. */
  find(actionId: TxId): Promise<Started>
}

const keyLengthMax = 255

/** Starts under idempotency keys: the same key of the same principal gives the same action, running or ended. */
export class IdempotentStarts<Db> {
  readonly #options: IdempotentStartsOptions<Db>
  /** Those that are being begun, by principal and key: who comes second waits for what becomes of the first. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(options: IdempotentStartsOptions<Db>) {
    this.#options = options
  }

  /**
   * Begins an action, or finds the one that was begun under the same key.
   *
   * @throws {ValidationException} the key is empty or longer than 255 characters
   * @throws {IdempotencyKeyReusedException} the key was used for another action or another request
   * @throws {GaveUpWaitingException} the signal was aborted while an equal start was under way
   * @throws what `begin` throws: then the key is free again
   */
  async once<Started>(
    wanted: StartUnderKey,
    signal: AbortSignal | undefined,
    ways: StartWays<Db, Started>,
  ): Promise<Started> {
    if (wanted.key === '' || wanted.key.length > keyLengthMax) {
      const reason = `Must have 1 to ${keyLengthMax} characters; this one has ${wanted.key.length}.`
      throw new ValidationException({ idempotencyKey: reason })
    }
    const place = JSON.stringify([wanted.principal, wanted.key])
    for (let first = this.#underWay.get(place); first !== undefined; first = this.#underWay.get(place)) {
      await settled(first, signal)
      if (signal?.aborted) throw new GaveUpWaitingException(wanted.action)
    }
    const starting = this.#beginOrFind(wanted, ways)
    this.#underWay.set(place, starting)
    try {
      return await starting
    } finally {
      this.#underWay.delete(place)
    }
  }

  /**
   * The start that is remembered under a key.
   *
   * @throws {IdempotencyKeyReusedException} it was another request's
   */
  async find(wanted: Omit<StartUnderKey, 'action'>): Promise<IdempotentStart | undefined> {
    const earlier = await this.#remembered(wanted)
    if (earlier !== undefined && earlier.requestHash !== wanted.requestHash)
      throw new IdempotencyKeyReusedException(wanted.key, earlier, earlier.action)
    return earlier
  }

  async #beginOrFind<Started>(
    wanted: StartUnderKey,
    { begin, find }: StartWays<Db, Started>,
  ): Promise<Started> {
    const { database, clock, keepMs } = this.#options
    const earlier = await this.#remembered(wanted)
    if (earlier === undefined) {
      return begin((db, actionId) => {
        const atMs = clock.now()
        return database.insertIdempotentStart(db, { ...wanted, actionId, atMs }, atMs - keepMs)
      })
    }
    if (earlier.action !== wanted.action || earlier.requestHash !== wanted.requestHash)
      throw new IdempotencyKeyReusedException(wanted.key, earlier, wanted.action)
    return find(earlier.actionId)
  }

  async #remembered({
    principal,
    key,
  }: Pick<StartUnderKey, 'principal' | 'key'>): Promise<IdempotentStart | undefined> {
    const { database, clock, keepMs, isLive } = this.#options
    const start = await database.findIdempotentStart(database.read, principal, key)
    const isForgotten = start !== undefined && start.atMs < clock.now() - keepMs && !isLive(start.actionId)
    return isForgotten ? undefined : start
  }
}

/** Resolves when the promise has settled, or the signal is aborted. */
function settled(promise: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      signal?.removeEventListener('abort', done)
      resolve()
    }
    if (signal?.aborted) return done()
    signal?.addEventListener('abort', done, { once: true })
    promise.then(done, done)
  })
}
