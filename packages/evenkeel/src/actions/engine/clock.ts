import { setTimeout as delay } from 'node:timers/promises'

/** Time for the engine: real, or virtual in tests and proofs. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or at once when the signal is or gets aborted. Never rejects: ask the signal which it was. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(Math.min(Math.max(0, ms), longestTimerMs), undefined, signal && { signal })
    } catch (error) {
      if (!signal?.aborted) throw error
    }
  },
}

const longestTimerMs = 2 ** 31 - 1
