import type { TxId } from '../../filters/tx-id.ts'
import { TxLogClosedException } from '../exceptions.ts'
import { rowsPerPage, type TxLog, type TxQuery, type TxRow } from '../tx-log.ts'

export interface MemoryTxLogOptions {
  /** How many transactions are kept; beyond that the one that was logged first is forgotten. @default 10000 */
  rowsMax?: number
}

/** Keeps the latest transactions in memory, for this process. */
export function memoryTxLog({ rowsMax = 10_000 }: MemoryTxLogOptions = {}): TxLog {
  return new MemoryTxLog(rowsMax)
}

class MemoryTxLog implements TxLog {
  readonly #rowsMax: number
  /** A ring, in the order in which they were logged, which is not that of their ids: a long one ends late. */
  readonly #rows: TxRow[] = []
  /** Where the next row goes once the ring is full, which is where the first one stands. */
  #first = 0
  #shedCount = 0
  #isClosed = false

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  get shedCount(): number {
    return this.#shedCount
  }

  // Every request pays for this, and few rows are ever looked for: so there is no index.
  append(row: TxRow): void {
    if (this.#isClosed) {
      this.#shedCount++
    } else if (this.#rows.length < this.#rowsMax) {
      this.#rows.push(row)
    } else if (this.#rowsMax > 0) {
      this.#rows[this.#first] = row
      this.#first = (this.#first + 1) % this.#rowsMax
    }
  }

  async find(id: TxId): Promise<TxRow | undefined> {
    return this.#byId().get(id)
  }

  async query(query: TxQuery): Promise<readonly TxRow[]> {
    return [...this.#byId().values()]
      .filter(row => isMatch(row, query))
      .sort((left, right) => (left.id < right.id ? 1 : -1))
      .slice(0, rowsPerPage(query))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#rows.length = 0
  }

  /** Of several rows with one id, the one that was logged last. */
  #byId(): Map<TxId, TxRow> {
    if (this.#isClosed) throw new TxLogClosedException()
    const oldestFirst = [...this.#rows.slice(this.#first), ...this.#rows.slice(0, this.#first)]
    return new Map(oldestFirst.map(row => [row.id, row]))
  }
}

const equalColumns = ['kind', 'operation', 'exception', 'category', 'principal', 'resource'] as const

function isMatch(row: TxRow, query: TxQuery): boolean {
  return (
    equalColumns.every(column => query[column] === undefined || row[column] === query[column]) &&
    (query.fromMs === undefined || row.startedAtMs >= query.fromMs) &&
    (query.toMs === undefined || row.startedAtMs < query.toMs) &&
    (query.before === undefined || row.id < query.before)
  )
}
