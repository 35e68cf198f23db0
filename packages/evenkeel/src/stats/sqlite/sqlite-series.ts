import type { Exception } from '../../exceptions/exception.ts'
import { WorkerCalls } from '../../worker-calls/worker-calls.ts'
import {
  SeriesClosedException,
  SeriesDamagedException,
  SeriesReadException,
  SeriesWriteException,
} from '../exceptions.ts'
import type { LossOverTime, LossQuery, Series, Stretch, StretchOfOutcomes, StretchWidth } from '../series.ts'
import type { CountedSecond, SecondOfOutcomes, SecondsSource } from '../stats.ts'
import type { Answers, Request, WorkerNotice } from './protocol.ts'
import type { SeriesFileOptions } from './series-file.ts'

export interface SqliteSeriesOptions {
  /** What counts in this process. */
  stats: SecondsSource
  /** The file, shared by all processes that count into it. It and its folder are made if they aren't there. */
  path: string
  /** What runs here: a version, a commit. @default 'unknown' */
  release?: string
  /** How many combinations the file tells apart; what comes beyond is the operation or caller `other`. @default 20000 */
  combinationsMax?: number
  /** How many classes of exceptions the file tells apart; what comes beyond is the class `other`. @default 2000 */
  classesMax?: number
  /** How large the file may grow before its oldest minutes are given up; hours and days are kept. @default 512 MB */
  sizeBytesMax?: number
  /** How many seconds are kept in memory while the file can't be written; the oldest beyond are lost. @default 600 */
  pendingMax?: number
  /** The clock, in milliseconds since 1970: that of `stats`. @default Date.now */
  now?: () => number
  /**
   * Told when the file can't be written, and when it was damaged and set aside. Must not throw.
   * @default a warning of the process
   */
  onProblem?: (exception: Exception) => void
}

const flushMs = 1000
/** A file that can't be written says so at once, and then not more often than this. */
const problemEveryMs = 60_000

/**
 * Keeps what is counted in a SQLite file, which outlives processes and may be shared by several on one machine: what
 * they count is added up on reading. Every second is written by a thread of its own; a kill loses the last one or two.
 *
 * @example
 * const stats = memoryStats()
 * const series = sqliteSeries({ stats, path: 'data/series.db', release: '2.1.0' })
 */
export function sqliteSeries({
  stats,
  path,
  release = 'unknown',
  combinationsMax = 20_000,
  classesMax = 2000,
  sizeBytesMax = 512 * 1024 * 1024,
  pendingMax = 600,
  now = Date.now,
  onProblem = exception => process.emitWarning(exception),
}: SqliteSeriesOptions): Series {
  const limits = { combinationsMax, classesMax, sizeBytesMax }
  return new SqliteSeries({ stats, path, release, ...limits, pendingMax, now, onProblem })
}

class SqliteSeries implements Series {
  readonly #options: Required<SqliteSeriesOptions>
  readonly #worker: WorkerCalls<Request, Answers, WorkerNotice>
  readonly #timer: NodeJS.Timeout
  readonly #stopListening: () => void
  /** Seconds that are over and not written, oldest first; the first ones of them are on their way to the file. */
  #pending: CountedSecond[] = []
  #inFlight: Promise<void> | undefined
  #inFlightCount = 0
  #lostCount = 0
  #problemToldAtMs = Number.NEGATIVE_INFINITY
  #closing: Promise<void> | undefined

  constructor(options: Required<SqliteSeriesOptions>) {
    this.#options = options
    const { stats, path, release, combinationsMax, classesMax, sizeBytesMax, onProblem } = options
    this.#worker = new WorkerCalls({
      url: new URL('./worker.ts', import.meta.url),
      workerData: { path, release, combinationsMax, classesMax, sizeBytesMax } satisfies SeriesFileOptions,
      owner: 'the kept statistics',
      onNotice: ({ path: asidePath, error }) => onProblem(new SeriesDamagedException(asidePath, error)),
    })
    this.#stopListening = stats.onSecond(second => this.#add(second))
    this.#timer = setInterval(() => this.#tick(), flushMs).unref()
  }

  seconds(fromSecond: number, toSecond: number): Promise<readonly SecondOfOutcomes[]> {
    const stretch = { fromSecond, toSecond }
    return this.#read(unwritten => this.#worker.ask({ kind: 'seconds', stretch, unwritten }))
  }

  stretches(stretch: Stretch, width: StretchWidth): Promise<readonly StretchOfOutcomes[]> {
    return this.#read(unwritten => this.#worker.ask({ kind: 'stretches', stretch, width, unwritten }))
  }

  loss(query: LossQuery): Promise<LossOverTime> {
    const nowSecond = this.#nowSecond()
    return this.#read(unwritten => this.#worker.ask({ kind: 'loss', query, unwritten, nowSecond }))
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #read<T>(ask: (unwritten: readonly CountedSecond[]) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new SeriesClosedException()
    const present = this.#options.stats.presentSecond()
    // The worker does one thing after the other: what is on its way is in the file before this is read.
    void this.#flush()
    const waiting = this.#pending.slice(this.#inFlightCount)
    try {
      return await ask(present === undefined ? waiting : [...waiting, present])
    } catch (error) {
      throw new SeriesReadException(this.#options.path, error)
    }
  }

  #add(second: CountedSecond): void {
    this.#pending.push(second)
    // What is on its way stays: whether it has arrived is not known yet.
    if (this.#pending.length <= this.#options.pendingMax + this.#inFlightCount) return
    this.#pending.splice(this.#inFlightCount, 1)
    this.#lostCount++
  }

  #tick(): void {
    // Has the statistics notice that a second is over, also when nothing is counted any more.
    this.#options.stats.presentSecond()
    void this.#flush()
  }

  /** Settles when what was pending is written or could not be. Never rejects. */
  #flush(): Promise<void> {
    if (this.#inFlight !== undefined) return this.#inFlight
    if (this.#pending.length === 0) return Promise.resolve()
    const seconds = [...this.#pending]
    this.#inFlightCount = seconds.length
    const nowSecond = this.#nowSecond()
    this.#inFlight = this.#worker
      .ask({ kind: 'write', seconds, nowSecond })
      .then(
        () => {
          this.#pending.splice(0, seconds.length)
          this.#problemToldAtMs = Number.NEGATIVE_INFINITY
        },
        error => this.#tell(error),
      )
      .finally(() => {
        this.#inFlightCount = 0
        this.#inFlight = undefined
      })
    return this.#inFlight
  }

  #tell(cause: unknown): void {
    const { now, onProblem, path } = this.#options
    if (now() < this.#problemToldAtMs + problemEveryMs) return
    this.#problemToldAtMs = now()
    onProblem(new SeriesWriteException(path, this.#lostCount, cause))
  }

  #nowSecond(): number {
    return Math.floor(this.#options.now() / 1000)
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer)
    const present = this.#options.stats.presentSecond()
    this.#stopListening()
    if (present !== undefined) this.#pending.push(present)
    // Once for what may be on its way, and once for what came after it.
    await this.#flush()
    if (this.#pending.length > 0) await this.#flush()
    this.#lostCount += this.#pending.length
    try {
      await this.#worker.end()
    } catch (error) {
      this.#tell(error)
    }
  }
}
