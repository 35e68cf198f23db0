/** How often something may be done. */
export interface Rate {
  /** For any length of time. */
  readonly perSecond: number
  /** At once, by whoever has done less than that before. */
  readonly burst: number
}

/**
 * Gives each key turns at a rate: as a bucket that holds `burst` turns does, into which `perSecond` drip every second. All it keeps of
 * a key is when its bucket will be full again, and of a full one nothing.
 */
export class RateLimiter {
  readonly #dripMs: number
  /** How long an empty bucket takes to be full. */
  readonly #fillMs: number
  readonly #now: () => number
  readonly #fullAtMs = new Map<string, number>()
  #sweepAtMs = 0

  /** @param now the clock, in milliseconds */
  constructor({ perSecond, burst }: Rate, now: () => number) {
    this.#dripMs = 1000 / perSecond
    this.#fillMs = burst * this.#dripMs
    this.#now = now
  }

  /** Takes a turn, if there is one. @returns after how many milliseconds there will be one; 0 where it was taken */
  take(key: string): number {
    const nowMs = this.#now()
    this.#sweep(nowMs)
    // No bucket is emptier than empty: a clock that was set back locks nobody out.
    const missingMs = Math.min(Math.max(0, (this.#fullAtMs.get(key) ?? nowMs) - nowMs), this.#fillMs)
    // Drips need not be whole milliseconds: what is short of a turn by a rounding error is one.
    const waitMs = Math.max(0, Math.ceil(missingMs + this.#dripMs - this.#fillMs - 1e-6))
    this.#fullAtMs.set(key, nowMs + missingMs + (waitMs === 0 ? this.#dripMs : 0))
    return waitMs
  }

  /** How many keys it keeps something of. */
  get size(): number {
    return this.#fullAtMs.size
  }

  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs && nowMs >= this.#sweepAtMs - this.#fillMs) return
    this.#sweepAtMs = nowMs + this.#fillMs
    for (const [key, fullAtMs] of this.#fullAtMs) if (fullAtMs <= nowMs) this.#fullAtMs.delete(key)
  }
}
