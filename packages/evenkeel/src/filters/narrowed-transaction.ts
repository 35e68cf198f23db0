import { type FailedOpen, type OutgoingCall, Transaction } from './transaction.ts'

/**
 * A transaction within a part of its work that has less time than the whole: deadline and signal are its own,
 * everything else is the transaction's.
 */
export class NarrowedTransaction extends Transaction {
  readonly #whole: Transaction

  constructor(whole: Transaction, within: { deadlineMs: number; signal: AbortSignal }) {
    const { kind, operation, id, parentId, startedAtMs } = whole
    super({ kind, operation, id, parentId, startedAtMs, ...within })
    this.#whole = whole
    // What the work sets within is read outside, and what an adapter learns late is read within.
    for (const name of sharedFields) {
      Object.defineProperty(this, name, {
        get: () => whole[name],
        set: value => {
          whole[name] = value
        },
      })
    }
  }

  override get calls(): readonly OutgoingCall[] {
    return this.#whole.calls
  }

  override addCall(call: OutgoingCall): void {
    this.#whole.addCall(call)
  }

  override get failedOpen(): readonly FailedOpen[] {
    return this.#whole.failedOpen
  }

  override addFailedOpen(failed: FailedOpen): void {
    this.#whole.addFailedOpen(failed)
  }
}

const sharedFields = ['operation', 'principal', 'resource', 'passThrough', 'partCounter'] as const
