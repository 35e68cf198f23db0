import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../filters/clock.ts'

interface Timer {
  readonly atMs: number
  /** Aborted when the process that sleeps has died. */
  readonly death: AbortSignal | undefined
  wake(): void
}

const idleRestsMax = 20

export interface VirtualClockOptions {
  /** Milliseconds since 1970. @default the beginning of 2026 */
  startMs?: number
  /**
   * How many turns of the event loop what happens at one moment may need. Two do where nothing but promises is
   * waited for; a worker thread or a file needs more.
   *
   * @default 8
   */
  turns?: number
}

/**
 * Time that passes only when nothing else is left to do: hours of waiting in a test take no time at all, and always the same way.
 *
 * @example
 * const clock = new VirtualClock()
 * const end = await clock.run(started.end) // every sleep on the way is skipped, in order of time
 */
export class VirtualClock implements Clock {
  readonly #turns: number
  #nowMs: number
  #timers: Timer[] = []

  constructor({ startMs = Date.UTC(2026, 0, 1), turns = 8 }: VirtualClockOptions = {}) {
    this.#nowMs = startMs
    this.#turns = turns
  }

  now(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#sleep(ms, signal, undefined)
  }

  /** The same time as a process has it: who sleeps in it when it dies never wakes. */
  ofProcess(death: AbortSignal): Clock {
    return {
      now: () => this.#nowMs,
      sleep: (ms, signal) => this.#sleep(ms, signal, death),
    }
  }

  #sleep(ms: number, signal: AbortSignal | undefined, death: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const timer: Timer = {
        atMs: this.#nowMs + Math.max(0, Math.ceil(ms)), // whole milliseconds, as a real clock's
        death,
        wake: () => {
          signal?.removeEventListener('abort', timer.wake)
          this.#timers = this.#timers.filter(other => other !== timer)
          if (!death?.aborted) resolve()
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
    if (await this.until(() => isSettled, Number.POSITIVE_INFINITY)) return promise
    throw new Error('nothing is waiting for time any more, and the promise has not settled')
  }

  /** Lets time pass until the condition holds. @returns whether it does: not if it takes longer, or nothing waits any more */
  async until(isMet: () => boolean, withinMs: number): Promise<boolean> {
    const untilMs = this.#nowMs + withinMs
    // What needs no time may need more turns than usual: a replay takes one for each finished step.
    for (let idle = 0; idle < idleRestsMax; idle++) {
      await this.#comeToRest()
      if (isMet()) return true
      if (this.#wakeNext(untilMs)) idle = -1
    }
    return false
  }

  /** Lets this much time pass, with everything that happens in it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    do await this.#comeToRest()
    while (this.#wakeNext(untilMs))
    this.#nowMs = untilMs
    await this.#comeToRest()
  }

  #wakeNext(untilMs: number): boolean {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.death?.aborted) continue
      if (next === undefined || timer.atMs < next.atMs) next = timer
    }
    if (next === undefined || next.atMs > untilMs) return false
    this.#nowMs = Math.max(this.#nowMs, next.atMs)
    next.wake()
    return true
  }

  /** Everything that needs no time happens: promises, and the few turns of the event loop that they may need. */
  async #comeToRest(): Promise<void> {
    for (let turns = 0; turns < this.#turns; turns++) await turn()
  }
}
