import type { Exception } from '../../exceptions/exception.ts'
import type { TxId } from '../../filters/tx-id.ts'
import {
  TxLogClosedException,
  TxLogDamagedException,
  TxLogReadException,
  TxLogRetentionException,
  TxLogWriteException,
  UnloggableTxException,
} from '../exceptions.ts'
import type { TxLog, TxQuery, TxRow } from '../tx-log.ts'
import { dayOf } from './day.ts'
import { decodeRow, type EncodedRow, encodeRow } from './encoded-row.ts'
import { WorkerCalls } from './worker-calls.ts'

export interface SqliteTxLogOptions {
  /** Where the files are, one for each day (UTC): `tx-2026-11-22.db`. Made if it isn't there. */
  folder: string
  /** How long a transaction is kept at least, in days; a day's file is removed as a whole. @default 7 */
  retentionDays?: number
  /** How long a row waits at most for others to be written with, in milliseconds. @default 100 */
  flushMs?: number
  /** How many rows may wait to be written; what comes beyond is shed. @default 50000 */
  pendingMax?: number
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
  /**
   * Told when the log can't be written or cleaned up, or when a damaged file was set aside. Must not throw.
   * @default a warning of the process
   */
  onProblem?: (exception: Exception) => void
}

/** So many rows are written without waiting for more. */
const batchRowsMax = 1000
/** A log that can't be written says so at once, and then not more often than this. */
const problemEveryMs = 60_000
const dayMs = 24 * 60 * 60 * 1000

/**
 * Keeps transactions in SQLite files, one a day, written in batches by a thread of its own. A kill loses
 * at most what the thread had not written yet, and damages nothing. One process at a time may use a folder.
 */
export function sqliteTxLog({
  folder,
  retentionDays = 7,
  flushMs = 100,
  pendingMax = 50_000,
  now = Date.now,
  onProblem = exception => process.emitWarning(exception),
}: SqliteTxLogOptions): TxLog {
  return new SqliteTxLog({ folder, retentionDays, flushMs, pendingMax, now, onProblem })
}

class SqliteTxLog implements TxLog {
  readonly #options: Required<SqliteTxLogOptions>
  readonly #worker: WorkerCalls
  #pending: EncodedRow[] = []
  /** Rows that the worker has been given and has not written yet. */
  #inFlightCount = 0
  #flushTimer: NodeJS.Timeout | undefined
  #shedCount = 0
  #lossUnreported = 0
  #lossReportedAtMs = Number.NEGATIVE_INFINITY
  #retainedFromDay = ''
  #closing: Promise<void> | undefined

  constructor(options: Required<SqliteTxLogOptions>) {
    this.#options = options
    this.#worker = new WorkerCalls({ folder: options.folder }, (path, error) =>
      options.onProblem(new TxLogDamagedException(path, error)),
    )
    this.#retain()
  }

  get shedCount(): number {
    return this.#shedCount
  }

  append(row: TxRow): void {
    const waitingCount = this.#pending.length + this.#inFlightCount
    if (this.#closing !== undefined || waitingCount >= this.#options.pendingMax) {
      this.#shedCount++
      return
    }
    try {
      this.#pending.push(encodeRow(row))
    } catch (error) {
      this.#shedCount++
      this.#options.onProblem(new UnloggableTxException(row.id, error))
      return
    }
    if (this.#pending.length >= batchRowsMax) this.#flush()
    else this.#flushTimer ??= setTimeout(() => this.#flush(), this.#options.flushMs)
  }

  async find(id: TxId): Promise<TxRow | undefined> {
    const row = await this.#read(() => this.#worker.ask({ kind: 'find', id }))
    return row === undefined ? undefined : decodeRow(row)
  }

  async query(query: TxQuery): Promise<readonly TxRow[]> {
    const rows = await this.#read(() => this.#worker.ask({ kind: 'query', query }))
    return rows.map(decodeRow)
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #read<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new TxLogClosedException()
    // The worker does one thing after the other: what was appended before the question is written before the answer.
    this.#flush()
    try {
      return await ask()
    } catch (error) {
      throw new TxLogReadException(this.#options.folder, error)
    }
  }

  #flush(): void {
    clearTimeout(this.#flushTimer)
    this.#flushTimer = undefined
    this.#retain()
    const rows = this.#pending
    if (rows.length === 0) return
    this.#pending = []
    this.#inFlightCount += rows.length
    this.#worker.ask({ kind: 'append', rows }).then(
      () => {
        this.#inFlightCount -= rows.length
        this.#lossReportedAtMs = Number.NEGATIVE_INFINITY
      },
      error => {
        this.#inFlightCount -= rows.length
        this.#lose(rows.length, error)
      },
    )
  }

  #lose(rowCount: number, cause: unknown): void {
    this.#shedCount += rowCount
    this.#lossUnreported += rowCount
    const nowMs = this.#options.now()
    if (nowMs < this.#lossReportedAtMs + problemEveryMs) return
    this.#lossReportedAtMs = nowMs
    this.#options.onProblem(new TxLogWriteException(this.#options.folder, this.#lossUnreported, cause))
    this.#lossUnreported = 0
  }

  /** Has the files removed that have grown too old since this was last done: at the start, then once a day. */
  #retain(): void {
    const { folder, now, onProblem, retentionDays } = this.#options
    const fromDay = dayOf(now() - retentionDays * dayMs)
    if (fromDay === this.#retainedFromDay) return
    this.#retainedFromDay = fromDay
    this.#worker
      .ask({ kind: 'retain', fromDay })
      .catch(error => onProblem(new TxLogRetentionException(folder, error)))
  }

  async #end(): Promise<void> {
    this.#flush()
    try {
      await this.#worker.end()
    } catch (error) {
      this.#lose(0, error)
    }
  }
}
