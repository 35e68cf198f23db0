import { whenAborted } from './when-aborted.ts'

/** Time for everything that waits: real, or virtual in tests and proofs. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or at once when the signal is or gets aborted. Never rejects: ask the signal which it was. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls `fire` after `ms`, unless it is cancelled before. For what is cancelled nearly always: it needs neither a signal
   * nor a promise. @default made of `sleep`
   *
   * @returns cancels it
   */
  timer?(ms: number, fire: () => void): () => void
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
      const timer = setTimeout(wake, timerMs(ms))
      const endWaiting = signal && whenAborted(signal, wake)
    })
  },
  timer(ms, fire) {
    const timer = setTimeout(fire, timerMs(ms))
    return () => clearTimeout(timer)
  },
}

/** The clock's own timer, or one that is made of its `sleep`. @returns cancels it */
export function startTimer(clock: Clock, ms: number, fire: () => void): () => void {
  if (clock.timer !== undefined) return clock.timer(ms, fire)
  const cancelled = new AbortController()
  void clock.sleep(ms, cancelled.signal).then(() => {
    if (!cancelled.signal.aborted) fire()
  })
  return () => cancelled.abort('cancelled')
}

/** Resolves when it is `timeMs` by this clock, in milliseconds since 1970 and however far away, or when the signal is aborted. */
export async function sleepUntil(timeMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && clock.now() < timeMs) await clock.sleep(timeMs - clock.now(), signal)
}

const longestTimerMs = 2 ** 31 - 1

function timerMs(ms: number): number {
  return Math.min(Math.max(0, ms), longestTimerMs)
}
