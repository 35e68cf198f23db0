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
  /** In the order in which they were logged, which is not that of their ids: a long one ends late. */
  readonly #rows = new Map<TxId, TxRow>()
  #shedCount = 0
  #isClosed = false

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  get shedCount(): number {
    return this.#shedCount
  }

  append(row: TxRow): void {
    if (this.#isClosed) {
      this.#shedCount++
      return
    }
    this.#rows.delete(row.id)
    this.#rows.set(row.id, row)
    if (this.#rows.size > this.#rowsMax) this.#forgetFirst()
  }

  async find(id: TxId): Promise<TxRow | undefined> {
    if (this.#isClosed) throw new TxLogClosedException()
    return this.#rows.get(id)
  }

  async query(query: TxQuery): Promise<readonly TxRow[]> {
    if (this.#isClosed) throw new TxLogClosedException()
    return [...this.#rows.values()]
      .filter(row => isMatch(row, query))
      .sort((left, right) => (left.id < right.id ? 1 : -1))
      .slice(0, rowsPerPage(query))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#rows.clear()
  }

  #forgetFirst(): void {
    for (const id of this.#rows.keys()) {
      this.#rows.delete(id)
      return
    }
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
