import type { TxId } from '../../filters/tx-id.ts'
import { Interruption } from '../effect.ts'
import {
  ActionsStoppingException,
  GaveUpWaitingException,
  LockedException,
  WatchedException,
} from '../exceptions.ts'
import type { Clock } from './clock.ts'

/** Who holds a lock, and why. */
export interface LockHolder {
  readonly actionId: TxId
  readonly action: string
  readonly sinceMs: number
  /** Set when its action has ended and the lock is kept for a late effect, until then (milliseconds since 1970). */
  watchedUntilMs: number | undefined
}

interface Waiter {
  readonly holder: LockHolder
  readonly keys: readonly string[]
  grant(): void
  refuse(reason: unknown): void
  /** What it is refused with when the engine stops. */
  atStop(): unknown
}

export interface LockRequest {
  readonly actionId: TxId
  readonly action: string
  readonly keys: readonly string[]
}

/**
 * Locks by key, all or nothing, first come first served: a request is granted when all its keys are free and
 * no earlier one waits for any of them. They live in the process: which action holds what is in the journal
 * (`started`, `granted`, `ended`), from where they are taken again after a restart.
 */
export class Locks {
  readonly #clock: Clock
  readonly #holders = new Map<string, LockHolder>()
  /** What each action was given: all of it is given back without a look at others' keys. */
  readonly #keysOf = new Map<TxId, readonly string[]>()
  #waiters: readonly Waiter[] = []
  #isStopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Waits for all the keys.
   *
   * @throws {LockedException} they weren't free within `waitMs`
   * @throws {WatchedException} one is kept by a watch that ends later than the caller would wait
   * @throws {GaveUpWaitingException} the signal was aborted
   * @throws {ActionsStoppingException} the engine stops
   */
  async acquire(
    request: LockRequest,
    options: { waitMs: number; signal?: AbortSignal | undefined },
  ): Promise<void> {
    const { waitMs, signal } = options
    if (signal?.aborted) throw new GaveUpWaitingException(request.action)
    this.#refuseWatched(request, waitMs)
    const granted = this.#enqueue(request, () => new ActionsStoppingException(request.action))
    if (granted.isGranted) return
    const given = new AbortController()
    const giveUp = () => granted.refuse(new GaveUpWaitingException(request.action))
    signal?.addEventListener('abort', giveUp, { once: true })
    void this.#clock.sleep(waitMs, given.signal).then(() => {
      if (!given.signal.aborted) granted.refuse(this.#reason(request))
    })
    try {
      await granted.promise
    } finally {
      given.abort()
      signal?.removeEventListener('abort', giveUp)
    }
  }

  /**
   * Waits for all the keys for as long as it takes, or until the engine stops (then it throws an `Interruption`); a lock that only a watch keeps may be handed over at once.
   *
   * @param handOver asked of each action whose watch keeps a lock: whether it gives the lock up
   */
  queue(request: LockRequest, handOver: (actionId: TxId) => boolean): Promise<void> {
    for (const key of request.keys) {
      const holder = this.#holders.get(key)
      if (holder?.watchedUntilMs !== undefined && handOver(holder.actionId)) this.#holders.delete(key)
    }
    const { promise } = this.#enqueue(request, () => new Interruption())
    // Who queues may have something else to await first: a stop meanwhile is told when it comes to this.
    promise.catch(() => {})
    return promise
  }

  /** Takes keys that the journal says are held: at a restart, before anything else asks. */
  restore(request: LockRequest, sinceMs: number): void {
    const holder = this.#holderFor(request, sinceMs)
    this.#give(request.keys, holder)
  }

  /** Keeps the action's keys after its end, for as long as a late effect may come. */
  keepForWatch(actionId: TxId, untilMs: number): void {
    for (const key of this.#heldBy(actionId)) {
      const holder = this.#holders.get(key)
      if (holder !== undefined) holder.watchedUntilMs = untilMs
    }
  }

  /** Gives back all keys of the action, and grants whom that lets through. */
  release(actionId: TxId): void {
    for (const key of this.#heldBy(actionId)) this.#holders.delete(key)
    this.#keysOf.delete(actionId)
    this.#grantWaiting()
  }

  /** Nobody is granted anything any more: who waits to be admitted is told so, who is admitted goes on at the next start. */
  stop(): void {
    this.#isStopped = true
    for (const waiter of this.#waiters) waiter.refuse(waiter.atStop())
    this.#waiters = []
  }

  /** Who holds a key. */
  holderOf(key: string): LockHolder | undefined {
    return this.#holders.get(key)
  }

  #enqueue(
    request: LockRequest,
    atStop: () => unknown,
  ): { promise: Promise<void>; isGranted: boolean; refuse(reason: unknown): void } {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const state = { promise, isGranted: false, refuse: (_reason: unknown) => {} }
    const waiter: Waiter = {
      holder: this.#holderFor(request, this.#clock.now()),
      keys: request.keys,
      grant() {
        state.isGranted = true
        resolve()
      },
      refuse: reject,
      atStop,
    }
    state.refuse = reason => {
      if (state.isGranted) return
      this.#waiters = this.#waiters.filter(other => other !== waiter)
      waiter.refuse(reason)
      this.#grantWaiting() // it may have stood before others
    }
    if (this.#isStopped) {
      reject(atStop())
      return state
    }
    this.#waiters = [...this.#waiters, waiter]
    this.#grantWaiting()
    return state
  }

  #grantWaiting(): void {
    const wantedEarlier = new Set<string>()
    const stillWaiting: Waiter[] = []
    for (const waiter of this.#waiters) {
      const isFree = waiter.keys.every(key => !this.#holders.has(key) && !wantedEarlier.has(key))
      if (isFree) {
        this.#give(waiter.keys, waiter.holder)
        waiter.grant()
      } else {
        for (const key of waiter.keys) wantedEarlier.add(key)
        stillWaiting.push(waiter)
      }
    }
    this.#waiters = stillWaiting
  }

  #give(keys: readonly string[], holder: LockHolder): void {
    for (const key of keys) this.#holders.set(key, holder)
    this.#keysOf.set(holder.actionId, keys)
  }

  /** Of what it was given, what it was not taken away: a watched key is handed over. */
  #heldBy(actionId: TxId): readonly string[] {
    const keys = this.#keysOf.get(actionId) ?? []
    return keys.filter(key => this.#holders.get(key)?.actionId === actionId)
  }

  #refuseWatched(request: LockRequest, waitMs: number): void {
    const now = this.#clock.now()
    for (const key of request.keys) {
      const holder = this.#holders.get(key)
      if (holder?.watchedUntilMs !== undefined && holder.watchedUntilMs > now + waitMs)
        throw this.#watched(key, holder)
    }
  }

  #reason(request: LockRequest): unknown {
    const key = request.keys.find(wanted => this.#holders.has(wanted))
    const holder = key === undefined ? undefined : this.#holders.get(key)
    if (key === undefined || holder === undefined) {
      const [first = 'a lock'] = request.keys
      return new LockedException(first, 'an earlier request', 'in the queue', this.#clock.now())
    }
    if (holder.watchedUntilMs !== undefined) return this.#watched(key, holder)
    return new LockedException(key, holder.action, holder.actionId, holder.sinceMs)
  }

  #watched(key: string, holder: LockHolder): WatchedException {
    return new WatchedException(
      key,
      holder.action,
      holder.actionId,
      holder.watchedUntilMs ?? 0,
      this.#clock.now(),
    )
  }

  #holderFor({ actionId, action }: LockRequest, sinceMs: number): LockHolder {
    return { actionId, action, sinceMs, watchedUntilMs: undefined }
  }
}
