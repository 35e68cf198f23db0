import { AsyncLocalStorage } from 'node:async_hooks'
import { type Background, type Clock, systemClock } from 'evenkeel'
import type { Events } from '../cloud/events.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import {
  areEventsUndelivered,
  type EventRecord,
  markEventsDelivered,
  undeliveredEvents,
} from '../records/events.ts'

export interface EventDeliveryOptions {
  readonly records: Pick<Records, 'read' | 'transaction' | 'onCommit'>
  readonly events: Events
  readonly background: Background
  /** How long one event may take, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number
  /** How many objects' events are passed on at once. @default 16 */
  readonly concurrency?: number
  /** How long what is under way may take when the delivery stops, in milliseconds. @default 2_000 */
  readonly graceMs?: number
  readonly clock?: Clock
  /** A number from 0 (inclusive) to 1 (exclusive). @default Math.random */
  readonly random?: () => number
}

/** The events that are passed on together, and then marked in one database transaction. */
const batchSize = 100

/** A run that has no end would be seen by nobody. */
const batchesMax = 20

/** With so many objects whose events were not taken, nobody is there to take any. */
const stuckMax = 8

const backoffMsMin = 1_000
const backoffMsMax = 30_000

/**
 * Passes on what is in the outbox, each event at least once and those of one object in their order. It is woken by whoever
 * commits, and by its own start for what an earlier process has left; what could not be passed on is tried again, at
 * growing intervals, for as long as it takes. Nobody waits for it.
 */
export class EventDelivery {
  readonly #options: Required<EventDeliveryOptions>
  readonly #unsubscribe: () => void
  /** Nothing more begins. */
  readonly #stopping = new AbortController()
  /** What is under way is given up. */
  readonly #giveUp = new AbortController()
  /** Whoever wakes it is none of its business: what it does is no part of his transaction. */
  readonly #onItsOwn = AsyncLocalStorage.snapshot()
  #delivering: Promise<void> | undefined
  /** Whether something was committed since it has last looked. */
  #isWoken = false

  private constructor(options: Required<EventDeliveryOptions>) {
    this.#options = options
    this.#unsubscribe = options.records.onCommit(() => this.#wake())
  }

  static start({
    timeoutMs = 10_000,
    concurrency = 16,
    graceMs = 2_000,
    clock = systemClock,
    random = Math.random,
    ...options
  }: EventDeliveryOptions): EventDelivery {
    const delivery = new EventDelivery({ ...options, timeoutMs, concurrency, graceMs, clock, random })
    delivery.#wake()
    return delivery
  }

  /** Begins nothing more, and waits for what is under way. What is left is passed on after the next start. */
  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#stopping.abort()
    if (await this.#isAtRestInTime()) return
    this.#giveUp.abort()
    await this.#isAtRestInTime() // what can't even be given up must not keep the process from ending
  }

  async #isAtRestInTime(): Promise<boolean> {
    const { clock, graceMs } = this.#options
    const atRest = new AbortController()
    const delivering = Promise.resolve(this.#delivering).then(() => atRest.abort())
    await Promise.race([delivering, clock.sleep(graceMs, atRest.signal)])
    return atRest.signal.aborted
  }

  #wake(): void {
    this.#isWoken = true
    if (this.#stopping.signal.aborted) return
    this.#delivering ??= this.#onItsOwn(() => this.#deliverAll())
  }

  async #deliverAll(): Promise<void> {
    const { records, clock } = this.#options
    let failures = 0
    while (this.#isWoken && !this.#stopping.signal.aborted) {
      this.#isWoken = false
      // When it can't be read, the run below meets the same failure, where it is counted.
      const isThereAny = await areEventsUndelivered(records.read).catch(() => true)
      if (!isThereAny) continue
      const isDone = await this.#inBackground()
      failures = isDone ? 0 : failures + 1
      if (isDone) continue
      this.#isWoken = true
      await clock.sleep(this.#backoffMs(failures), this.#stopping.signal)
    }
    this.#delivering = undefined // in the moment in which it has looked: who wakes it now begins anew
  }

  /** @returns whether all was passed on that was there */
  async #inBackground(): Promise<boolean> {
    let isDone = false
    await this.#options.background('events.deliver', async () => {
      await this.#deliver()
      isDone = true
    })
    return isDone
  }

  /** @throws what the first event was not taken for, after all that could be passed on was */
  async #deliver(): Promise<void> {
    const { records, clock } = this.#options
    const stuck = new Map<string, unknown>()
    for (let batches = 0; batches < batchesMax; batches++) {
      if (stuck.size >= stuckMax || this.#stopping.signal.aborted) break
      const events = await undeliveredEvents(records.read, { limit: batchSize, butOf: [...stuck.keys()] })
      if (events.length === 0) break
      const delivered = await this.#publishAll(events, stuck)
      if (delivered.length === 0) continue
      const at = newCreatedAt(clock.now())
      await records.transaction(trx => markEventsDelivered(trx, delivered, at))
    }
    // What was given up at a stop is no failure: it comes again after the start.
    if (this.#giveUp.signal.aborted) return
    for (const thrown of stuck.values()) throw thrown
  }

  /** @returns the ids of those that were taken @param stuck gets the objects of whose events one was not */
  async #publishAll(events: readonly EventRecord[], stuck: Map<string, unknown>): Promise<readonly number[]> {
    const delivered: number[] = []
    const queues = [...Map.groupBy(events, ({ object }) => object)]
    const workOff = async () => {
      for (let next = queues.shift(); next !== undefined; next = queues.shift()) {
        const [object, queue] = next
        for (const event of queue) {
          if (this.#stopping.signal.aborted || stuck.size >= stuckMax) return
          try {
            await this.#publish(event)
          } catch (thrown) {
            stuck.set(object, thrown) // its later ones must not come before it
            break
          }
          delivered.push(event.id)
        }
      }
    }
    await Promise.all(Array.from({ length: this.#options.concurrency }, workOff))
    return delivered
  }

  async #publish({ id, projectId, object, action, at }: EventRecord): Promise<void> {
    const { events, clock, timeoutMs } = this.#options
    const timeout = new AbortController()
    const isTaken = new AbortController()
    void clock.sleep(timeoutMs, isTaken.signal).then(() => timeout.abort())
    try {
      const signal = AbortSignal.any([timeout.signal, this.#giveUp.signal])
      await events.publish({ id, projectId, object, action, at }, signal)
    } finally {
      isTaken.abort()
    }
  }

  #backoffMs(failures: number): number {
    const most = Math.min(backoffMsMax, backoffMsMin * 2 ** (failures - 1))
    return most * (0.5 + this.#options.random() / 2)
  }
}
