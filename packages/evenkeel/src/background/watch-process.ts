import { type Clock, systemClock } from '../filters/clock.ts'
import type { Background } from './background.ts'

/** What a process tells of errors that nobody caught, and how it ends. */
export interface WatchedProcess {
  on(event: ProcessEvent, listener: (reason: unknown) => void): unknown
  off(event: ProcessEvent, listener: (reason: unknown) => void): unknown
  exit(code: number): void
}

export interface WatchProcessOptions {
  background: Background
  /**
   * What follows an error that nobody caught. It may have left anything half done, so that a process whose state
   * others rely on drains and exits, to be started again; `go-on` is for one whose requests share nothing.
   * @default 'drain-and-exit'
   */
  policy?: 'go-on' | 'drain-and-exit'
  /** Stops taking work and ends what runs; for `drain-and-exit`. @default nothing */
  drain?: () => unknown
  /** How long draining may take before the process exits anyway, in milliseconds. @default 10_000 */
  drainMsMax?: number
  /** @default this process */
  process?: WatchedProcess
  /** @default the machine's */
  clock?: Clock
}

/**
 * Makes every error that nobody caught a transaction of its own, `process unhandledRejection` or
 * `process uncaughtException`, counted, logged and reported like any other; one from within a request has that
 * request as its parent. Without it Node ends the process at once, and every request with it.
 *
 * @example
 * using watch = watchProcess({ background, drain: () => app.close() })
 *
 * @returns what is disposed of to watch no longer
 */
export function watchProcess({
  background,
  policy = 'drain-and-exit',
  drain = () => {},
  drainMsMax = 10_000,
  process = globalThis.process,
  clock = systemClock,
}: WatchProcessOptions): Disposable {
  let isLeaving = false
  const leave = async (): Promise<void> => {
    if (isLeaving) return
    isLeaving = true
    await Promise.race([background('process drain', drain), clock.sleep(drainMsMax)])
    process.exit(1)
  }
  const listeners = processEvents.map(event => {
    const meet = async (reason: unknown): Promise<void> => {
      await background(`process ${event}`, () => {
        throw reason
      })
      if (policy === 'drain-and-exit') await leave()
    }
    process.on(event, meet)
    return { event, meet }
  })
  return {
    [Symbol.dispose]() {
      for (const { event, meet } of listeners) process.off(event, meet)
    },
  }
}

type ProcessEvent = (typeof processEvents)[number]

const processEvents = ['unhandledRejection', 'uncaughtException'] as const
