import { AsyncLocalStorage } from 'node:async_hooks'
import type { ExceptionClass } from '../exceptions/category-class.ts'
import type { Category, Exception } from '../exceptions/exception.ts'
import { InternalException } from '../exceptions/internal-exception.ts'
import { newTxId, type TxId } from './tx-id.ts'

/** What kind of work a transaction is. */
export type TxKind = 'request' | 'action' | 'background'

/**
 * What kind of part of a transaction's work is counted by itself: a step's effect within an action, a call to
 * another service, a branch of a fan-out, or a call that may fail open.
 */
export type PartKind = 'step' | 'call' | 'branch' | 'fail-open'

/** Counts how parts of a transaction's work end, beside the transaction itself. */
export interface PartCounter {
  /**
   * Runs the work and counts how it ends. Never changes the outcome.
   *
   * @param isCounted which exceptions are counted @default all
   */
  countPart<T>(
    part: { readonly kind: PartKind; readonly operation: string },
    work: () => Promise<T>,
    isCounted?: (exception: Exception) => boolean,
  ): Promise<T>
}

/** An exception that the work swallowed on purpose, at a call that may fail open. */
export interface FailedOpen {
  /** The call: the transaction's operation and the call's name. */
  readonly operation: string
  /** What it would have been at our edge. */
  readonly exception: Exception
}

/** A call that was made on behalf of a transaction: to another service, or a step's effect on a system. */
export interface OutgoingCall {
  readonly operation: string
  /** Milliseconds after the transaction's start. */
  readonly startedAfterMs: number
  readonly durationMs: number
  /** The class of the exception that it ended with, if any. */
  readonly exception: string | undefined
  readonly category: Category | undefined
}

export interface TransactionOptions {
  kind: TxKind
  /** What is asked for, in few different values: a route's template, an action's name. */
  operation: string
  /** @default a new one */
  id?: TxId | undefined
  /** The transaction that called us, if there is one. */
  parentId?: TxId | undefined
  /** When it began, in milliseconds since 1970. @default Date.now() */
  startedAtMs?: number
  /** When its caller stops waiting, in milliseconds since 1970. */
  deadlineMs?: number | undefined
  /** Aborted when nobody waits for the outcome any more. @default one that never is */
  signal?: AbortSignal
}

/** One request and its response as this server sees them, or one run of work that nobody waits for. */
export class Transaction {
  readonly id: TxId
  readonly kind: TxKind
  readonly parentId: TxId | undefined
  readonly startedAtMs: number
  readonly deadlineMs: number | undefined
  /** Known once a route has matched: until then a general word. */
  operation: string
  /** Who asks: a name or an id that is fit for a log, never a secret. */
  principal: string | undefined
  /** What it is about, as `kind:id`. */
  resource: string | undefined
  /** The classes of remote exceptions that the operation hands on as they are: declared, never guessed. */
  passThrough: readonly ExceptionClass[] | undefined
  /** Counts the parts of the work. The filter that counts the transaction itself puts it here. */
  partCounter: PartCounter | undefined
  readonly #signal: AbortSignal | undefined
  #calls: OutgoingCall[] | undefined
  #failedOpen: FailedOpen[] | undefined

  constructor({ kind, operation, id, parentId, startedAtMs, deadlineMs, signal }: TransactionOptions) {
    this.startedAtMs = startedAtMs ?? Date.now()
    this.id = id ?? newTxId(this.startedAtMs)
    this.kind = kind
    this.operation = operation
    this.parentId = parentId
    this.deadlineMs = deadlineMs
    this.#signal = signal
  }

  get signal(): AbortSignal {
    return this.#signal ?? neverAborted
  }

  /** The calls made so far, oldest first; the newest hundred of them. */
  get calls(): readonly OutgoingCall[] {
    return this.#calls ?? none
  }

  addCall(call: OutgoingCall): void {
    this.#calls ??= []
    this.#calls.push(call)
    if (this.#calls.length > callsKept) this.#calls.shift()
  }

  /** What was swallowed so far: for each call that failed open, the first exception. */
  get failedOpen(): readonly FailedOpen[] {
    return this.#failedOpen ?? none
  }

  addFailedOpen(failed: FailedOpen): void {
    this.#failedOpen ??= []
    if (this.#failedOpen.every(({ operation }) => operation !== failed.operation)) {
      this.#failedOpen.push(failed)
    }
  }
}

const callsKept = 100
const none: readonly never[] = []
const neverAborted = new AbortController().signal
const storage = new AsyncLocalStorage<Transaction>()

/** Runs `work` with `tx` as the current transaction, in everything that it calls and awaits. */
export function runInTx<T>(tx: Transaction, work: () => T): T {
  return storage.run(tx, work)
}

/** The transaction that the calling code runs in, or undefined outside any. */
export function activeTx(): Transaction | undefined {
  return storage.getStore()
}

/**
 * The transaction that the calling code runs in.
 *
 * @throws {OutsideTransactionException} outside any: all work belongs to a request, an action or a background run
 */
export function currentTx(): Transaction {
  const tx = storage.getStore()
  if (tx === undefined) throw new OutsideTransactionException()
  return tx
}

/** `currentTx()` was asked where no transaction runs. */
export class OutsideTransactionException extends InternalException {
  constructor() {
    super(
      'currentTx() was called outside any transaction. Run this work in a request, an action or `background`.',
    )
  }
}
