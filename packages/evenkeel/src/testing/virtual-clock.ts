import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../actions/engine/clock.ts'

interface Timer {
  readonly atMs: number
  wake(): void
}

/**
 * Time that passes only when nothing else is left to do: hours of waiting in a test take no time at all, and always the same way.
 *
 * @example
 * const clock = new VirtualClock()
 * const end = await clock.run(started.end) // every sleep on the way is skipped, in order of time
 */
export class VirtualClock implements Clock {
  #nowMs: number
  #timers: Timer[] = []

  /** @param startMs milliseconds since 1970 @default the beginning of 2026 */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const timer: Timer = {
        atMs: this.#nowMs + Math.max(0, Math.ceil(ms)), // whole milliseconds, as a real clock's
        wake: () => {
          signal?.removeEventListener('abort', timer.wake)
          this.#timers = this.#timers.filter(other => other !== timer)
          resolve()
        },
      }
      signal?.addEventListener('abort', timer.wake, { once: true })
      this.#timers.push(timer)
    })
  }

  /**
   * Lets time pass until the promise settles.
   *
   * @throws {Error} nothing is waiting for time any more, and the promise has not settled: it never will
   */
  async run<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const settled = () => {
      isSettled = true
    }
    promise.then(settled, settled)
    for (;;) {
      await comeToRest()
      if (isSettled) return promise
      if (!this.#wakeNext(Number.POSITIVE_INFINITY))
        throw new Error('nothing is waiting for time any more, and the promise has not settled')
    }
  }

  /** Lets this much time pass, with everything that happens in it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    do await comeToRest()
    while (this.#wakeNext(untilMs))
    this.#nowMs = untilMs
    await comeToRest()
  }

  #wakeNext(untilMs: number): boolean {
    const [next] = this.#timers.toSorted((a, b) => a.atMs - b.atMs)
    if (next === undefined || next.atMs > untilMs) return false
    this.#nowMs = Math.max(this.#nowMs, next.atMs)
    next.wake()
    return true
  }
}

/** Everything that needs no time happens: promises, and the few turns of the event loop that they may need. */
async function comeToRest(): Promise<void> {
  for (let turns = 0; turns < 8; turns++) await turn()
}
