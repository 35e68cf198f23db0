export interface RetryBudgetOptions {
  /** How many retries each request pays for. @default 0.2 */
  share?: number
  /** How many retries a second are allowed however few requests there are. @default 10 */
  floorPerSecond?: number
  /** Over which time requests and retries are counted, in milliseconds. @default 10_000 */
  windowMs?: number
  /** The clock, in milliseconds. It never goes back. @default performance.now */
  now?: () => number
}

/**
 * How many retries all calls together may make: a share of the requests, and a floor. When everything fails, retries
 * then add a fifth to the load, and not a multiple of it. One budget is shared by all clients of a service.
 *
 * After Finagle's `RetryBudget` (https://twitter.github.io/finagle/guide/Clients.html#retries).
 *
 * @example
 * const budget = new RetryBudget({ share: 0.1 })
 * const [reads, writes] = [new RetryFilter({ budget, isIdempotent: () => true }), new RetryFilter({ budget })]
 */
export class RetryBudget {
  readonly #share: number
  readonly #floor: number
  readonly #sliceMs: number
  readonly #now: () => number
  /** The window in slices, oldest first: what is counted expires one slice at a time. */
  readonly #slices: { requests: number; retries: number }[] = []
  /** The number of the newest slice since the clock's zero. */
  #newest = Number.NEGATIVE_INFINITY

  constructor({
    share = 0.2,
    floorPerSecond = 10,
    windowMs = 10_000,
    now = () => performance.now(),
  }: RetryBudgetOptions = {}) {
    this.#share = share
    this.#floor = (floorPerSecond * windowMs) / 1000
    this.#sliceMs = windowMs / slicesPerWindow
    this.#now = now
  }

  /** Counts a request that is sent for the first time. */
  countRequest(): void {
    this.#slice().requests++
  }

  /** Takes one retry out of the budget. False if none is left: then nothing is sent again. */
  takeRetry(): boolean {
    const newest = this.#slice()
    const requests = this.#slices.reduce((sum, slice) => sum + slice.requests, 0)
    const retries = this.#slices.reduce((sum, slice) => sum + slice.retries, 0)
    if (retries + 1 > this.#share * requests + this.#floor) return false
    newest.retries++
    return true
  }

  #slice(): { requests: number; retries: number } {
    const number = Math.floor(this.#now() / this.#sliceMs)
    for (let at = Math.max(this.#newest, number - slicesPerWindow); at < number; at++) {
      this.#slices.push({ requests: 0, retries: 0 })
    }
    this.#newest = Math.max(this.#newest, number)
    this.#slices.splice(0, this.#slices.length - slicesPerWindow)
    return this.#slices.at(-1) as { requests: number; retries: number }
  }
}

const slicesPerWindow = 10
