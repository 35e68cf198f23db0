import type { Exception } from '../exceptions/exception.ts'
import { startTimer } from '../filters/clock.ts'
import type { EffectOutcome } from './action-view.ts'
import type { Clock } from './engine/clock.ts'
import {
  BrokenObjectException,
  BusyException,
  RefusedException,
  StepTimeoutException,
  StepWaitTimeoutException,
} from './exceptions.ts'

/** What a failed attempt left behind, as far as its exception tells. */
export function effectOf(exception: Exception): EffectOutcome {
  if (exception instanceof BusyException) return 'busy'
  if (exception instanceof RefusedException) return 'refused'
  if (exception instanceof BrokenObjectException) return 'broken'
  const isAnswer = exception.category === 'client' || exception.category === 'discard'
  return isAnswer ? 'refused' : 'unknown'
}

export interface EffectLimits {
  /** Names the effect in messages. */
  readonly name: string
  /** How long the effect itself may take. */
  readonly timeoutMs: number
  /** How long several effects may take together, in milliseconds: counted down by each, and bounding each. */
  readonly budget?: TimeBudget | undefined
  /** How long `until` may wait. */
  readonly waitMs: number
  readonly clock: Clock
  /** Aborted when the action must not wait any longer: a cancel or a shutdown. An effect under way is not cut off by it. */
  readonly interruption: AbortSignal
  /** Told when `until` begins to wait. @default nobody */
  readonly onWait?: () => void
}

/** Time that several effects share. */
export interface TimeBudget {
  leftMs: number
}

/** What an effect is given to bound itself by. */
export interface EffectBounds {
  readonly signal: AbortSignal
  until<T>(probe: () => Promise<T | undefined>): Promise<T>
}

/** Thrown out of a wait that was cut short by a cancel or a shutdown. Never leaves the engine. */
export class Interruption extends Error {
  constructor() {
    super('interrupted')
  }
}

const probeFailuresMax = 5
const probeEveryMsMin = 50
const probeEveryMsMax = 2_000

/**
 * Runs one effect within its time. Waiting in `until` is not counted against it.
 *
 * @throws {StepTimeoutException} it took too long; its signal is aborted, and what it did is unknown
 * @throws {Interruption} it was waiting in `until` when the action was interrupted
 * @throws whatever the effect throws
 */
export async function runEffect<T>(
  effect: (bounds: EffectBounds) => Promise<T>,
  limits: EffectLimits,
): Promise<T> {
  const { clock, budget } = limits
  const timeoutMs = Math.min(limits.timeoutMs, budget?.leftMs ?? limits.timeoutMs)
  const attempt = new AbortController()
  const stopwatch = new Stopwatch(clock)

  const until = async <U>(probe: () => Promise<U | undefined>): Promise<U> => {
    stopwatch.pause()
    try {
      return await waitUntil(probe, limits)
    } finally {
      stopwatch.resume()
    }
  }

  let stopTimer = () => {}
  let isOver = false
  const timedOut = new Promise<never>((_, reject) => {
    const start = () => {
      stopTimer = startTimer(clock, timeoutMs - stopwatch.elapsedMs(), async () => {
        await stopwatch.whileRunning()
        if (isOver) return
        if (stopwatch.elapsedMs() < timeoutMs) start()
        else reject(new StepTimeoutException(limits.name, timeoutMs))
      })
    }
    start()
  })

  try {
    // `async` so that what throws synchronously arrives as a rejection, too.
    return await Promise.race([(async () => effect({ signal: attempt.signal, until }))(), timedOut])
  } catch (thrown) {
    attempt.abort(thrown)
    throw thrown
  } finally {
    isOver = true
    stopTimer()
    if (budget !== undefined) budget.leftMs = Math.max(0, budget.leftMs - stopwatch.elapsedMs())
  }
}

async function waitUntil<T>(probe: () => Promise<T | undefined>, limits: EffectLimits): Promise<T> {
  const { clock, waitMs, interruption } = limits
  const deadlineMs = clock.now() + waitMs
  let everyMs = probeEveryMsMin
  let failures = 0
  for (;;) {
    let failure: unknown
    try {
      const answer = await probe()
      if (answer !== undefined) return answer
      failures = 0
    } catch (thrown) {
      if (thrown instanceof BrokenObjectException || ++failures >= probeFailuresMax) throw thrown
      failure = thrown
    }
    if (clock.now() >= deadlineMs) throw new StepWaitTimeoutException(limits.name, waitMs, failure)
    if (everyMs === probeEveryMsMin) limits.onWait?.()
    await clock.sleep(everyMs, interruption)
    if (interruption.aborted) throw new Interruption()
    everyMs = Math.min(probeEveryMsMax, everyMs * 1.5)
  }
}

/** Measures time, and can be paused. */
class Stopwatch {
  readonly #clock: Clock
  #startedAtMs: number
  #measuredMs = 0
  #pauses = 0
  #resumed: PromiseWithResolvers<void> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedAtMs = clock.now()
  }

  elapsedMs(): number {
    return this.#resumed === undefined
      ? this.#measuredMs + this.#clock.now() - this.#startedAtMs
      : this.#measuredMs
  }

  pause(): void {
    this.#measuredMs = this.elapsedMs()
    this.#pauses++
    this.#resumed ??= Promise.withResolvers<void>()
  }

  resume(): void {
    if (--this.#pauses > 0) return // another wait goes on beside
    this.#startedAtMs = this.#clock.now()
    this.#resumed?.resolve()
    this.#resumed = undefined
  }

  /** Resolves at once while it runs, else when it runs again. */
  async whileRunning(): Promise<void> {
    await this.#resumed?.promise
  }
}
