import type { Category, Json } from '../exceptions/exception.ts'
import type { OutgoingCall, TxKind } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'

/** One link of the chain of causes under an exception, outermost first. For operators only. */
export interface LoggedCause {
  readonly exception: string
  readonly message: string
  /** The service that threw it, if it wasn't this one. */
  readonly service: string | undefined
  readonly txId: string | undefined
  readonly stack: string | undefined
}

/** What the log keeps of a transaction. */
export interface TxRow {
  readonly id: TxId
  readonly parentId: TxId | undefined
  readonly kind: TxKind
  readonly operation: string
  readonly startedAtMs: number
  readonly durationMs: number
  /** The status that it was answered with; 0 where there is none. */
  readonly status: number
  /** The class of the exception that it ended with, or undefined for a success. */
  readonly exception: string | undefined
  readonly category: Category | undefined
  /** The exception itself first, then its causes. Empty for a success. */
  readonly causes: readonly LoggedCause[]
  readonly principal: string | undefined
  readonly resource: string | undefined
  readonly calls: readonly OutgoingCall[]
  /** What the application marked as loggable; nothing else of a request or a response is kept. */
  readonly fields: { readonly [name: string]: Json }
}

/** Which transactions to find. Every condition given must hold. */
export interface TxQuery {
  readonly kind?: TxKind
  readonly operation?: string
  readonly exception?: string
  readonly category?: Category
  readonly principal?: string
  readonly resource?: string
  /** Started at or after, in milliseconds since 1970. */
  readonly fromMs?: number
  /** Started before, in milliseconds since 1970. */
  readonly toMs?: number
  /** Only those older than this one: the last id of the page before. */
  readonly before?: TxId
  /** From 0 to 1000. @default 50 */
  readonly limit?: number
}

/** How many rows a query is answered with at most. */
export function rowsPerPage({ limit = 50 }: TxQuery): number {
  return Math.max(0, Math.min(Math.trunc(limit) || 0, 1000))
}

/**
 * Keeps transactions for a time: one row for each id, the one that was appended last.
 *
 * Questions are answered with a `TxLogReadException` when the store can't be read, and with a
 * `TxLogClosedException` after `close`.
 */
export interface TxLog {
  /** Takes a row to be written soon. Never throws and never waits: when it can't keep up it sheds the row and counts it. */
  append(row: TxRow): void
  /** The transaction with this id, among those that were appended before the call. */
  find(id: TxId): Promise<TxRow | undefined>
  /** Newest first, by id, among those that were appended before the call. */
  query(query: TxQuery): Promise<readonly TxRow[]>
  /** How many rows were shed since the start: those that came too fast, after `close`, or could not be written. */
  readonly shedCount: number
  /** Writes what is still pending and releases everything. A second call does nothing more. */
  close(): Promise<void>
}
