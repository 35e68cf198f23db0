import { whenAborted } from './when-aborted.ts'

/** Time for everything that waits: real, or virtual in tests and proofs. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or at once when the signal is or gets aborted. Never rejects: ask the signal which it was. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own time. A sleep beyond 24 days ends early: who waits so long asks the clock again. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const wake = (): void => {
        clearTimeout(timer)
        endWaiting?.()
        resolve()
      }
      const timer = setTimeout(wake, Math.min(Math.max(0, ms), longestTimerMs))
      const endWaiting = signal && whenAborted(signal, wake)
    })
  },
}

/** Resolves when it is `timeMs` by this clock, in milliseconds since 1970 and however far away, or when the signal is aborted. */
export async function sleepUntil(timeMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && clock.now() < timeMs) await clock.sleep(timeMs - clock.now(), signal)
}

const longestTimerMs = 2 ** 31 - 1
