import type { Writable } from 'node:stream'
import { comeBackSoon, eventOf } from 'evenkeel/fastify'
import type { TxConditions, TxLog, TxRow } from 'evenkeel/tx-log'
import { summaryOf, type TxSummary } from '../live/live-reading.ts'

/** Transactions as they were logged since the event before. */
export interface TailedRows {
  /** Newest first. */
  readonly transactions: readonly TxSummary[]
  /** How many more there were: too many to be read as they come. The log has them all. */
  readonly skipped: number
}

export interface LogTailOptions {
  log: TxLog
  conditions: TxConditions
  /** The clock, in milliseconds since 1970. */
  now: () => number
  /** How long rows are gathered before they are told, in milliseconds. @default 250 */
  gatherMs?: number
  /** How many rows are told at once. @default 50 */
  rowsMax?: number
  /** How much may wait to be taken by the client before it is dropped. @default 1 MB */
  backlogBytesMax?: number
}

/** So far back it looks for the rows that it begins with: a text is looked for in a bounded time only. */
const firstRowsMs = 15 * 60_000

/**
 * Follows a log for one client: the newest rows that meet the conditions, then those that are logged from then on. A
 * client that comes back after an interruption so misses none but those of a longer one.
 */
export class LogTail {
  readonly #options: Required<LogTailOptions>
  readonly #stopTail: () => void
  #gathered: TxSummary[] = []
  #skipped = 0
  #timer: NodeJS.Timeout | undefined

  constructor({ gatherMs = 250, rowsMax = 50, backlogBytesMax = 1_000_000, ...options }: LogTailOptions) {
    this.#options = { ...options, gatherMs, rowsMax, backlogBytesMax }
    // From before the first rows are read: whatever is logged meanwhile is in them, or comes after them, or both.
    this.#stopTail = options.log.tail(options.conditions, row => this.#gather(row))
  }

  /** What the client is told first: read before its answer begins, so that a failure can still be answered as one. */
  async firstRows(): Promise<TailedRows> {
    const { log, conditions, rowsMax, now } = this.#options
    try {
      const rows = await log.query({ ...conditions, fromMs: now() - firstRowsMs, limit: rowsMax })
      return { transactions: rows.map(summaryOf), skipped: 0 }
    } catch (error) {
      this.#stopTail()
      throw error
    }
  }

  /** Sends the first rows to the client, and what comes until it goes. */
  follow(client: Writable, firstRows: TailedRows): void {
    // Gone while they were read: its `close` has been and won't come again.
    if (client.destroyed) {
      this.#stopTail()
      return
    }
    client.once('close', () => {
      this.#stopTail()
      clearInterval(this.#timer)
    })
    client.write(comeBackSoon)
    client.write(eventOf('rows', firstRows))
    this.#timer = setInterval(() => this.#tell(client), this.#options.gatherMs)
  }

  #gather(row: TxRow): void {
    if (this.#gathered.unshift(summaryOf(row)) <= this.#options.rowsMax) return
    this.#gathered.pop()
    this.#skipped++
  }

  #tell(client: Writable): void {
    if (this.#gathered.length === 0) return
    const rows: TailedRows = { transactions: this.#gathered, skipped: this.#skipped }
    this.#gathered = []
    this.#skipped = 0
    client.write(eventOf('rows', rows))
    // Nobody reads at the other end, or too slowly: what waits for them must not fill our memory.
    if (client.writableLength > this.#options.backlogBytesMax) client.destroy()
  }
}
