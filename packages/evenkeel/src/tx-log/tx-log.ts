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
  /** @default 50 */
  readonly limit?: number
}

/** Keeps transactions for a time. */
export interface TxLog {
  /** Takes a row to be written soon. Never throws and never waits: when it can't keep up it sheds the row and counts it. */
  append(row: TxRow): void
  /** The transaction with this id, among those that were appended before the call. */
  find(id: TxId): Promise<TxRow | undefined>
  /** Newest first, among those that were appended before the call. */
  query(query: TxQuery): Promise<readonly TxRow[]>
  /** How many rows were shed since the start. */
  readonly shedCount: number
  /** Writes what is still pending and releases everything. */
  close(): Promise<void>
}
