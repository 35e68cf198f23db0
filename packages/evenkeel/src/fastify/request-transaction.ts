import { Transaction } from '../filters/transaction.ts'

/** A request's transaction. Few requests ask for its signal, so that it is made when it is first asked for. */
export class RequestTransaction extends Transaction {
  #controller: AbortController | undefined

  override get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  /** Says that nobody waits for the outcome any more. */
  abort(reason?: unknown): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
}
