import type { Exception } from '../../exceptions/exception.ts'
import type { TxId } from '../../filters/tx-id.ts'
import { DiskFullError, WorkerCalls } from '../../worker-calls/worker-calls.ts'
import {
  TextSearchTooWideException,
  TxLogClosedException,
  TxLogDamagedException,
  TxLogDiskFullException,
  TxLogEraseException,
  TxLogOverBytesException,
  TxLogReadException,
  TxLogRetentionException,
  TxLogWriteException,
  UnloggableTxException,
} from '../exceptions.ts'
import { isEmpty } from '../is-empty.ts'
import { DeclaredFields, type LoggableFields } from '../redaction/loggable.ts'
import { Tails } from '../tails.ts'
import type {
  Erasure,
  ExceptionCount,
  TxConditions,
  TxLog,
  TxLogFigures,
  TxLogProblem,
  TxQuery,
  TxRow,
} from '../tx-log.ts'
import { RowPacker } from './packed-rows.ts'
import type { Answers, Request, WorkerData, WorkerNotice } from './protocol.ts'
import { decodeRow } from './stored-row.ts'

export interface SqliteTxLogOptions {
  /** Where the files are, for each day (UTC) one or more: `tx-2026-11-22.db`. Made if it isn't there. */
  folder: string
  /** Tells it from the other logs of the process, which each have a folder of their own. @default 'transactions' */
  name?: string
  /** The fields that are kept, of those that a row comes with. @default none */
  fields?: LoggableFields
  /** How long a transaction is kept at least, in days; files are removed as a whole. @default 7 */
  retentionDays?: number
  /** What all files may take together, in bytes: the oldest go first. @default 10 GiB */
  bytesMax?: number
  /** A file that has grown to so many bytes is followed by another. @default 64 MiB, or an eighth of `bytesMax` */
  sliceBytesMax?: number
  /** How long a row waits at most for others to be written with, in milliseconds. @default 100 */
  flushMs?: number
  /** How many rows may wait to be written; what comes beyond is shed. @default 100000 */
  pendingMax?: number
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
  /**
   * Told when the log can't be written or cleaned up, when a damaged file was set aside, and when files were removed
   * to make room. Must not throw.
   * @default a warning of the process
   */
  onProblem?: (exception: Exception) => void
}

const gib = 1024 ** 3
const mib = 1024 ** 2
/** So many rows, or bytes of their texts, are written without waiting for more. */
const batchRowsMax = 1024
const batchBytesMax = 4 * mib
/** So many bytes may wait to be written: rows that are few but large must not fill the memory either. */
const pendingBytesMax = 128 * mib
/** So many rows are read at most in search of a text, which takes about a second. */
const searchedMax = 200_000
/** While it is used, it looks so often for what is too old and what lacks its indexes; unused, once a minute. */
const tendEveryMs = 1000
/** A log that can't be written says so at once, and then not more often than this. */
const problemEveryMs = 60_000
const dayMs = 24 * 60 * 60 * 1000

/**
 * Keeps transactions in SQLite files, one or more a day, written in batches by a thread of its own. A kill loses
 * at most what the thread had not written yet, and damages nothing. One process at a time may use a folder.
 *
 * @throws {SecretFieldException} a field is declared that is named as a secret
 */
export function sqliteTxLog({
  folder,
  name = 'transactions',
  fields = {},
  retentionDays = 7,
  bytesMax = 10 * gib,
  sliceBytesMax = Math.min(64 * mib, bytesMax / 8),
  flushMs = 100,
  pendingMax = 100_000,
  now = Date.now,
  onProblem = exception => process.emitWarning(exception),
}: SqliteTxLogOptions): TxLog {
  return new SqliteTxLog({
    folder,
    name,
    fields,
    retentionDays,
    bytesMax,
    sliceBytesMax,
    flushMs,
    pendingMax,
    now,
    onProblem,
  })
}

class SqliteTxLog implements TxLog {
  readonly name: string
  readonly #options: Required<SqliteTxLogOptions>
  readonly #fields: DeclaredFields
  readonly #tails = new Tails()
  readonly #worker: WorkerCalls<Request, Answers, WorkerNotice>
  readonly #pending = new RowPacker()
  /** What the worker has been given and has not written yet. */
  #inFlightCount = 0
  #inFlightBytes = 0
  #flushTimer: NodeJS.Timeout | undefined
  readonly #tendTimer: NodeJS.Timeout
  #tendedAtMs = Number.NEGATIVE_INFINITY
  #tendFailedAtMs = Number.NEGATIVE_INFINITY
  #shedCount = 0
  #lossUnreported = 0
  #lossReportedAtMs = Number.NEGATIVE_INFINITY
  #problemCount = 0
  #lastProblem: TxLogProblem | undefined
  #closing: Promise<void> | undefined

  constructor(options: Required<SqliteTxLogOptions>) {
    const { folder, bytesMax, sliceBytesMax } = options
    this.name = options.name
    this.#options = options
    this.#fields = new DeclaredFields(options.fields)
    this.#worker = new WorkerCalls({
      url: new URL('./worker.ts', import.meta.url),
      workerData: { folder, bytesMax, sliceBytesMax } satisfies WorkerData,
      owner: 'the transaction log',
      onNotice: notice => this.#notice(notice),
      transferOf,
    })
    // What is too old goes even when nothing new comes.
    this.#tendTimer = setInterval(() => this.#tend(), problemEveryMs).unref()
    this.#tend()
  }

  get shedCount(): number {
    return this.#shedCount
  }

  append(row: TxRow): void {
    if (this.#closing !== undefined || this.#isBehind()) {
      this.#shedCount++
      return
    }
    try {
      const fields = isEmpty(row.fields) ? row.fields : this.#fields.keep(row.fields)
      this.#pending.add(row, fields)
      if (this.#tails.isAny) this.#tails.tell({ ...row, fields })
    } catch (error) {
      this.#shedCount++
      this.#tell(new UnloggableTxException(row.id, error))
      return
    }
    const { count, textBytes } = this.#pending
    if (count >= batchRowsMax || textBytes >= batchBytesMax) this.#flush()
    else this.#flushTimer ??= setTimeout(() => this.#flush(), this.#options.flushMs)
  }

  async find(id: TxId): Promise<TxRow | undefined> {
    const row = await this.#read(() => this.#worker.ask({ kind: 'find', id }))
    return row === undefined ? undefined : decodeRow(row)
  }

  async query(query: TxQuery): Promise<readonly TxRow[]> {
    const rows = await this.#read(() => this.#worker.ask({ kind: 'query', query, searchedMax }))
    if (rows === undefined) throw new TextSearchTooWideException(searchedMax)
    return rows.map(decodeRow)
  }

  async exceptionsByMinute({
    fromMs,
    toMs,
  }: {
    fromMs: number
    toMs: number
  }): Promise<readonly ExceptionCount[]> {
    return this.#read(() => this.#worker.ask({ kind: 'count', fromMs, toMs }))
  }

  tail(conditions: TxConditions, onRow: (row: TxRow) => void): () => void {
    return this.#tails.add(conditions, onRow)
  }

  async erase(principal: string): Promise<Erasure> {
    try {
      const { starts } = await this.#read(() => this.#worker.ask({ kind: 'list' }))
      let rowCount = 0
      // One slice after the other: in between, rows that came meanwhile are written.
      for (const startMs of starts) rowCount += await this.#worker.ask({ kind: 'erase', principal, startMs })
      const { damaged } = await this.#worker.ask({ kind: 'list' })
      return { rowCount, notSearched: damaged }
    } catch (error) {
      if (error instanceof TxLogClosedException) throw error
      throw new TxLogEraseException(this.#options.folder, error)
    }
  }

  async figures(): Promise<TxLogFigures> {
    const [sizeBytes, { damaged }] = await this.#read(() =>
      Promise.all([this.#worker.ask({ kind: 'size' }), this.#worker.ask({ kind: 'list' })]),
    )
    return {
      shedCount: this.#shedCount,
      pendingCount: this.#pending.count + this.#inFlightCount,
      sizeBytes,
      problemCount: this.#problemCount,
      lastProblem: this.#lastProblem,
      setAside: damaged,
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  #isBehind(): boolean {
    return (
      this.#pending.count + this.#inFlightCount >= this.#options.pendingMax ||
      this.#pending.textBytes + this.#inFlightBytes >= pendingBytesMax
    )
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
    if (this.#options.now() >= this.#tendedAtMs + tendEveryMs) this.#tend()
    if (this.#pending.count === 0) return
    const rows = this.#pending.take()
    const bytes = rows.texts.length + rows.details.length
    this.#inFlightCount += rows.count
    this.#inFlightBytes += bytes
    const landed = () => {
      this.#inFlightCount -= rows.count
      this.#inFlightBytes -= bytes
    }
    this.#worker.ask({ kind: 'append', rows }).then(
      () => {
        landed()
        this.#lossReportedAtMs = Number.NEGATIVE_INFINITY
      },
      error => {
        landed()
        this.#lose(rows.count, error)
      },
    )
  }

  #lose(rowCount: number, cause: unknown): void {
    this.#shedCount += rowCount
    this.#lossUnreported += rowCount
    const { folder, now } = this.#options
    const nowMs = now()
    if (nowMs < this.#lossReportedAtMs + problemEveryMs) return
    this.#lossReportedAtMs = nowMs
    const Loss = cause instanceof DiskFullError ? TxLogDiskFullException : TxLogWriteException
    this.#tell(new Loss(folder, this.#lossUnreported, cause))
    this.#lossUnreported = 0
  }

  /** Has the files removed that have grown too old or are too much, and those sealed that are no longer written. */
  #tend(): void {
    const { folder, now, retentionDays } = this.#options
    const nowMs = now()
    this.#tendedAtMs = nowMs
    this.#worker.ask({ kind: 'tend', beforeMs: nowMs - retentionDays * dayMs, nowMs }).then(
      isMore => {
        if (isMore && this.#closing === undefined) this.#tend()
      },
      error => {
        if (nowMs < this.#tendFailedAtMs + problemEveryMs) return
        this.#tendFailedAtMs = nowMs
        this.#tell(new TxLogRetentionException(folder, error))
      },
    )
  }

  #notice(notice: WorkerNotice): void {
    const { bytesMax, folder } = this.#options
    if (notice.kind === 'set-aside') this.#tell(new TxLogDamagedException(notice.path, notice.error))
    else this.#tell(new TxLogOverBytesException(folder, { files: notice.fileCount, bytesMax }))
  }

  #tell(problem: Exception): void {
    const { now, onProblem } = this.#options
    this.#problemCount++
    this.#lastProblem = { exception: problem.className, message: problem.message, atMs: now() }
    onProblem(problem)
  }

  async #end(): Promise<void> {
    clearInterval(this.#tendTimer)
    this.#flush()
    try {
      await this.#worker.end()
    } catch (error) {
      this.#lose(0, error)
    }
  }
}

/** Rows change hands instead of being copied. */
function transferOf(request: Request): ArrayBuffer[] {
  if (request.kind !== 'append') return []
  const { details, numbers, texts } = request.rows
  return [details.buffer, numbers.buffer, texts.buffer]
}
