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
  /** What the log's declared fields keep; nothing else of a request or a response is. */
  readonly fields: { readonly [name: string]: Json }
}

/** What transactions have in common. Every condition given must hold. */
export interface TxConditions {
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
  /** Stands, in this case, in the messages of the causes or anywhere in the fields. */
  readonly text?: string
}

/** Which transactions to find, page by page. */
export interface TxQuery extends TxConditions {
  /** Only those older than this one: the last id of the page before. */
  readonly before?: TxId
  /** From 0 to 1000. @default 50 */
  readonly limit?: number
}

/** How many rows a query is answered with at most. */
export function rowsPerPage({ limit = 50 }: TxQuery): number {
  return Math.max(0, Math.min(Math.trunc(limit) || 0, 1000))
}

/** How often transactions of one minute ended with one class of exception. */
export interface ExceptionCount {
  /** The beginning of the minute, in milliseconds since 1970. */
  readonly minuteMs: number
  readonly exception: string
  readonly category: Category
  readonly count: number
}

/** What an erasure did. */
export interface Erasure {
  /** How many transactions were erased. */
  readonly rowCount: number
  /** Files of the log that could not be searched because they are damaged: whoever must erase removes them by hand. */
  readonly notSearched: readonly string[]
}

/** Something that kept a log from writing, keeping or removing what it should. */
export interface TxLogProblem {
  /** The class of the exception that says so. */
  readonly exception: string
  readonly message: string
  /** In milliseconds since 1970. */
  readonly atMs: number
}

/** How a log is doing. */
export interface TxLogFigures {
  /** How many rows were shed since the start: those that came too fast, after `close`, or could not be written. */
  readonly shedCount: number
  /** How many rows wait to be written. */
  readonly pendingCount: number
  /** What the log takes on its disk; 0 for one that has none. */
  readonly sizeBytes: number
  /** How many problems it has told of since the start: the same one not more often than once a minute. */
  readonly problemCount: number
  /** The latest of them, if there was any. */
  readonly lastProblem: TxLogProblem | undefined
  /** The names of files that were damaged and set aside: what they hold is not shown. */
  readonly setAside: readonly string[]
}

/**
 * Keeps transactions for a time: one row for each id, the one that was appended last. Of a row's fields it keeps
 * those that were declared for this log, and of those nothing that is or looks like a secret.
 *
 * Questions are answered with a `TxLogReadException` when the store can't be read, and with a
 * `TxLogClosedException` after `close`.
 */
export interface TxLog {
  /** Tells it from the other logs of the process. */
  readonly name: string
  /** Takes a row to be written soon. Never throws and never waits: when it can't keep up it sheds the row and counts it. */
  append(row: TxRow): void
  /** The transaction with this id, among those that were appended before the call. */
  find(id: TxId): Promise<TxRow | undefined>
  /**
   * Newest first, by id, among those that were appended before the call.
   *
   * @throws {TextSearchTooWideException} more transactions would have to be read for `text` than a server can afford
   */
  query(query: TxQuery): Promise<readonly TxRow[]>
  /** How often each class of exception ended transactions in each minute that began in the window; the oldest minute first. */
  exceptionsByMinute(window: {
    readonly fromMs: number
    readonly toMs: number
  }): Promise<readonly ExceptionCount[]>
  /**
   * Calls `onRow` with every row that is appended from now on and meets the conditions, at once, before it is written.
   * A callback that throws is not called again.
   *
   * @returns ends it
   */
  tail(conditions: TxConditions, onRow: (row: TxRow) => void): () => void
  /** Removes all rows of a principal for good, so that not even the store's files hold them. */
  erase(principal: string): Promise<Erasure>
  /** How many rows were shed since the start: those that came too fast, after `close`, or could not be written. */
  readonly shedCount: number
  figures(): Promise<TxLogFigures>
  /** Writes what is still pending and releases everything. A second call does nothing more. */
  close(): Promise<void>
}
