import type { ConcurrencyLimit, EndedRun } from './concurrency-limit.ts'

export interface AdaptiveLimitOptions {
  /** The first limit. @default 20 */
  initial?: number
  /** @default 1 */
  min?: number
  /** @default 1000 */
  max?: number
  /** How many times the latency without load is still taken for it. @default 1.25 */
  tolerance?: number
  /** Over how long latencies are averaged before the limit moves, in milliseconds; longer while fewer than ten requests end. @default 500 */
  windowMs?: number
  /** How often the latency without load is measured anew, in milliseconds. @default 30_000 */
  probeEveryMs?: number
  /** The clock, in milliseconds. @default performance.now */
  now?: () => number
}

/**
 * A limit that finds the capacity by itself. While requests take as long as they do without load it grows by the
 * square root of itself; when they take longer they wait somewhere, and it shrinks by the same factor.
 *
 * The gradient of Netflix' concurrency limits ("Performance Under Load", 2018,
 * https://netflixtechblog.medium.com/performance-under-load-3e6fa9a60581). As in Envoy's adaptive concurrency, the
 * latency without load is measured anew from time to time under a low limit: a mere minimum would never learn that
 * the service has become slower, and one that is forgotten would take yesterday's overload for the measure of today.
 *
 * @example
 * const filter = new ConcurrencyLimitFilter({ limit: new AdaptiveLimit({ min: 4, max: 200 }), queueMax: 20 })
 */
export class AdaptiveLimit implements ConcurrencyLimit {
  readonly #min: number
  readonly #max: number
  readonly #tolerance: number
  readonly #windowMs: number
  readonly #probeEveryMs: number
  readonly #now: () => number
  #limit: number
  /** The latency without load, in milliseconds: the least window since the last probe. */
  #unloadedMs = 0
  /** A probe takes two windows: what began before ends in the first one, and in the second is measured. */
  #phase: 'running' | 'draining' | 'measuring' = 'measuring'
  #probeAtMs = 0
  #window: LatencyWindow

  constructor({
    initial = 20,
    min = 1,
    max = 1000,
    tolerance = 1.25,
    windowMs = 500,
    probeEveryMs = 30_000,
    now = () => performance.now(),
  }: AdaptiveLimitOptions = {}) {
    this.#limit = initial
    this.#min = min
    this.#max = max
    this.#tolerance = tolerance
    this.#windowMs = windowMs
    this.#probeEveryMs = probeEveryMs
    this.#now = now
    this.#window = new LatencyWindow(now())
  }

  get current(): number {
    const limit = this.#phase === 'running' ? this.#limit : Math.sqrt(this.#limit)
    return Math.max(1, Math.floor(Math.max(this.#min, limit)))
  }

  onEnd({ durationMs, inFlight, isAnswered }: EndedRun): void {
    // A refusal comes at once and a time-out late: only the late one says something about the load.
    if (!isAnswered && durationMs < this.#unloadedMs) return
    this.#window.add(durationMs, inFlight)
    const nowMs = this.#now()
    if (nowMs - this.#window.startedAtMs < this.#windowMs || this.#window.count < samplesMin) return
    const finished = this.#window
    this.#window = new LatencyWindow(nowMs)
    this.#learn(finished, nowMs)
  }

  toString(): string {
    return 'adaptive'
  }

  #learn({ meanMs, inFlightMax }: LatencyWindow, nowMs: number): void {
    if (this.#phase === 'draining') {
      this.#phase = 'measuring'
    } else if (this.#phase === 'measuring') {
      this.#unloadedMs = meanMs
      this.#phase = 'running'
      this.#probeAtMs = nowMs + this.#probeEveryMs
    } else if (nowMs >= this.#probeAtMs) {
      this.#phase = 'draining'
    } else {
      this.#unloadedMs = Math.min(this.#unloadedMs, meanMs)
      // A limit that nobody comes near is neither confirmed nor refuted.
      if (inFlightMax * 2 >= this.#limit) this.#limit = this.#next(meanMs)
    }
  }

  #next(meanMs: number): number {
    const gradient = Math.max(
      0.5,
      Math.min(1, (this.#tolerance * this.#unloadedMs) / Math.max(meanMs, leastMs)),
    )
    const aim = this.#limit * gradient + Math.sqrt(this.#limit)
    // Half the way: one window may be an exception.
    return Math.max(this.#min, Math.min(this.#max, (this.#limit + aim) / 2))
  }
}

const samplesMin = 10
/** What is faster than this is as fast as nothing. */
const leastMs = 0.001

class LatencyWindow {
  readonly startedAtMs: number
  count = 0
  inFlightMax = 0
  #sumMs = 0

  constructor(startedAtMs: number) {
    this.startedAtMs = startedAtMs
  }

  get meanMs(): number {
    return this.#sumMs / this.count
  }

  add(durationMs: number, inFlight: number): void {
    this.count++
    this.#sumMs += durationMs
    this.inFlightMax = Math.max(this.inFlightMax, inFlight)
  }
}
