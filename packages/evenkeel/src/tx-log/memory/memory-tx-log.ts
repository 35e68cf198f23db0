import type { TxId } from '../../filters/tx-id.ts'
import { countByMinute } from '../count-by-minute.ts'
import { TxLogClosedException } from '../exceptions.ts'
import { isEmpty } from '../is-empty.ts'
import { isMatch } from '../is-match.ts'
import { DeclaredFields, type LoggableFields } from '../redaction/loggable.ts'
import { Tails } from '../tails.ts'
import {
  type Erasure,
  type ExceptionCount,
  rowsPerPage,
  type TxConditions,
  type TxLog,
  type TxLogFigures,
  type TxQuery,
  type TxRow,
} from '../tx-log.ts'
import { RowRing } from './row-ring.ts'

export interface MemoryTxLogOptions {
  /** How many transactions are kept; beyond that the one that was logged first is forgotten. @default 10000 */
  rowsMax?: number
  /** Tells it from the other logs of the process. @default 'transactions' */
  name?: string
  /** The fields that are kept, of those that a row comes with. @default none */
  fields?: LoggableFields
}

/**
 * Keeps the latest transactions in memory, for this process.
 *
 * @throws {SecretFieldException} a field is declared that is named as a secret
 */
export function memoryTxLog({
  rowsMax = 10_000,
  name = 'transactions',
  fields = {},
}: MemoryTxLogOptions = {}): TxLog {
  return new MemoryTxLog({ rowsMax, name, fields })
}

class MemoryTxLog implements TxLog {
  readonly name: string
  readonly #fields: DeclaredFields
  readonly #tails = new Tails()
  readonly #rowsMax: number
  /** In the order in which they were logged, which is not that of their ids: a long one ends late. */
  #rows: RowRing
  #shedCount = 0
  #isClosed = false

  constructor({ rowsMax, name, fields }: Required<MemoryTxLogOptions>) {
    this.name = name
    this.#rowsMax = rowsMax
    this.#rows = new RowRing(rowsMax)
    this.#fields = new DeclaredFields(fields)
  }

  get shedCount(): number {
    return this.#shedCount
  }

  // Every request pays for this, and few rows are ever looked for: so there is no index.
  append(offered: TxRow): void {
    if (this.#isClosed) {
      this.#shedCount++
      return
    }
    const row = isEmpty(offered.fields) ? offered : { ...offered, fields: this.#fields.keep(offered.fields) }
    if (this.#tails.isAny) this.#tails.tell(row)
    this.#rows.add(row)
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

  async exceptionsByMinute(window: { fromMs: number; toMs: number }): Promise<readonly ExceptionCount[]> {
    return countByMinute([...this.#byId().values()].filter(row => isMatch(row, window)))
  }

  tail(conditions: TxConditions, onRow: (row: TxRow) => void): () => void {
    return this.#tails.add(conditions, onRow)
  }

  async erase(principal: string): Promise<Erasure> {
    const rowCount = [...this.#byId().values()].filter(row => row.principal === principal).length
    const others = this.#rows.oldestFirst().filter(row => row.principal !== principal)
    this.#rows = new RowRing(this.#rowsMax)
    for (const row of others) this.#rows.add(row)
    return { rowCount, notSearched: [] }
  }

  async figures(): Promise<TxLogFigures> {
    return {
      shedCount: this.#shedCount,
      pendingCount: 0,
      sizeBytes: 0,
      problemCount: 0,
      lastProblem: undefined,
      setAside: [],
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#rows = new RowRing(0)
  }

  /** Of several rows with one id, the one that was logged last. */
  #byId(): Map<TxId, TxRow> {
    if (this.#isClosed) throw new TxLogClosedException()
    return new Map(this.#rows.oldestFirst().map(row => [row.id, row]))
  }
}
