import { CallAbortedException, type Called, CallTimedOutException } from './exceptions.ts'

/** What ends a call before its answer: its time is over, or the code that calls has lost interest. Dispose of it with the call. */
export class CallEnd {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #callers: AbortSignal | undefined
  readonly #abort: () => void

  constructor(called: Called, timeoutMs: number, callers: AbortSignal | undefined) {
    this.#timer = setTimeout(
      () => this.#controller.abort(new CallTimedOutException(called, timeoutMs)),
      timeoutMs,
    )
    this.#abort = () => this.#controller.abort(new CallAbortedException(called, { cause: callers?.reason }))
    this.#callers = callers
    callers?.addEventListener('abort', this.#abort, { once: true })
    if (callers?.aborted) this.#abort()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  dispose(): void {
    clearTimeout(this.#timer)
    // The caller's signal may outlive many calls.
    this.#callers?.removeEventListener('abort', this.#abort)
  }
}
