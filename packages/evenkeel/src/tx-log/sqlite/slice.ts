import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type TxId, txIdTimeMs } from '../../filters/tx-id.ts'
import { holdsText } from '../is-match.ts'
import { type ExceptionCount, rowsPerPage, type TxQuery } from '../tx-log.ts'
import { decodeBlock, encodeBlock, lineOf, linesOf, rowsPerBlock } from './details-block.ts'
import { exceptionsInSlice } from './exceptions-in-slice.ts'
import type { UnpackedRow } from './packed-rows.ts'
import { type Skew, whereOf } from './slice-query.ts'
import { migrate, rowsOfFirstSchema, sealedIndexes } from './slice-schema.ts'
import { decodeRow, type StoredRow } from './stored-row.ts'
import { Words } from './words.ts'

export interface SliceOptions {
  /** What the file may grow to; a write beyond it fails as on a full disk. */
  bytesMax: number
}

/** How many rows may still be read in search of a text. */
export interface SearchBudget {
  rowsLeft: number
}

/** One file of the log: the transactions whose ids were made within a range of time. Throws SQLite's own errors. */
export class Slice {
  readonly #database: DatabaseSync
  readonly #operations: Words
  readonly #outcomes: Words
  readonly #principals: Words
  readonly #insert: StatementSync
  readonly #insertBlock: StatementSync
  readonly #selectBlock: StatementSync
  /** The blocks that were read last. */
  readonly #blocks = new Map<number, Buffer>()
  #skew: Skew

  constructor(path: string, { bytesMax }: SliceOptions) {
    // From the first statement on: another process may be making the same file just now.
    this.#database = new DatabaseSync(path, { timeout: 5000 })
    try {
      // A kill loses nothing that was committed; a loss of power loses the last moments, which a log can bear.
      // What is deleted is overwritten: an erased row must not be found in the file. In a page of this size there is
      // room for a block, which is then read at once; a file that is there already keeps its own.
      this.#database.exec(`
        pragma page_size = 8192;
        pragma journal_mode = wal;
        pragma synchronous = normal;
        pragma secure_delete = on;
        pragma wal_autocheckpoint = 2000;
      `)
      const { page_size: pageSize } = this.#database.prepare('pragma page_size').get() as {
        page_size: number
      }
      this.#database.exec(`pragma max_page_count = ${Math.ceil(bytesMax / pageSize)}`)
      this.#inDatabaseTransaction(() => migrate(this.#database, path))
      this.#operations = new Words(this.#database, 'operation', { name: 'name', group: 'kind' })
      this.#outcomes = new Words(this.#database, 'outcome', { name: 'exception', group: 'category' })
      this.#principals = new Words(this.#database, 'principal', { name: 'name' })
      this.#insert = this.#database.prepare(`
        insert into tx (id, parent_id, operation, started_at_ms, duration_us, status, outcome, principal, resource, block, place)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
      `)
      this.#insertBlock = this.#database.prepare('insert into block (lines) values (?)')
      this.#selectBlock = this.#database.prepare('select lines from block where id = ?')
      this.#skew = this.#database
        .prepare('select min_ms as minMs, max_ms as maxMs from skew')
        .get() as unknown as Skew
      this.#inDatabaseTransaction(() => this.#rewriteFirstSchema())
    } catch (error) {
      this.close()
      throw error
    }
  }

  get skew(): Skew {
    return this.#skew
  }

  get sizeBytes(): number {
    const { bytes } = this.#database
      .prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size')
      .get() as { bytes: number }
    return bytes
  }

  /** The greatest id in it, or undefined when it is empty. */
  lastId(): TxId | undefined {
    return (
      (this.#database.prepare('select max(id) as id from tx').get() as { id: TxId | null }).id ?? undefined
    )
  }

  /**
   * Writes all or none of the rows, whose lines stand in `details`. A row whose id is there already takes the older
   * one's place.
   */
  write(rows: readonly UnpackedRow[], details: Uint8Array): void {
    const skewBefore = this.#skew
    try {
      this.#inDatabaseTransaction(() => this.#writeAll(rows, details))
    } catch (error) {
      this.#skew = skewBefore
      this.#forget()
      throw error
    }
  }

  find(id: TxId): StoredRow | undefined {
    const row = this.#database.prepare(`${selectRow} where tx.id = ?`).get(id)
    return row === undefined ? undefined : this.#stored(row as unknown as ReadRow)
  }

  /** Newest first. For a text, undefined when it isn't found within the budget. */
  query(query: TxQuery, budget: SearchBudget): StoredRow[] | undefined {
    // Within one database transaction, since every statement outside of any locks the file anew: one for each block.
    return this.#inDatabaseTransaction(() => this.#query(query, budget), 'deferred')
  }

  exceptionsByMinute(window: { fromMs: number; toMs: number }): ExceptionCount[] {
    return exceptionsInSlice(this.#database, window, this.#skew)
  }

  /** Removes a principal's rows and name for good, and returns how many rows there were. */
  erase(principal: string): number {
    const rowCount = this.#inDatabaseTransaction(() => this.#erase(principal))
    if (rowCount === 0) return 0
    this.#forget()
    // What was deleted is overwritten where it stood, but pages that SQLite has split may hold it twice.
    this.#database.exec('vacuum')
    this.checkpoint()
    return rowCount
  }

  /** Builds the next index that a slice needs once nearly nothing is written to it any more. False when it has them all. */
  sealStep(): boolean {
    const has = this.#database.prepare("select 1 from sqlite_schema where type = 'index' and name = ?")
    const missing = Object.entries(sealedIndexes).find(([name]) => has.get(name) === undefined)
    if (missing === undefined) return false
    const [, create] = missing
    this.#database.exec(create)
    this.checkpoint()
    return true
  }

  /** Moves what is in the write-ahead log into the file itself. */
  checkpoint(): void {
    this.#database.exec('pragma wal_checkpoint(truncate)')
  }

  /** Gives back the memory that it took to write, or to build an index: it may be long until somebody looks at the rows. */
  rest(): void {
    this.#forget()
    this.#database.exec('pragma shrink_memory')
  }

  close(): void {
    this.#database.close()
  }

  #writeAll(rows: readonly UnpackedRow[], details: Uint8Array): void {
    const skewBefore = this.#skew
    for (let at = 0; at < rows.length; at += rowsPerBlock) {
      this.#writeBlock(rows.slice(at, at + rowsPerBlock), details)
    }
    if (this.#skew !== skewBefore) this.#saveSkew()
  }

  #writeBlock(rows: readonly UnpackedRow[], details: Uint8Array): void {
    const lines = linesOf(rows, details)
    const block = lines.length === 0 ? 0 : Number(this.#insertBlock.run(encodeBlock(lines)).lastInsertRowid)
    let place = 0
    for (const row of rows) {
      if (row.details === null) this.#writeRow(row, null, null)
      else this.#writeRow(row, block, place++)
    }
  }

  #writeRow(row: UnpackedRow, block: number | null, place: number | null): void {
    const { id, idMs } = row
    const values = [
      id,
      row.parentId,
      this.#operations.numberOf(row.operation, row.kind),
      idMs === row.startedAtMs ? null : row.startedAtMs,
      Math.round(row.durationMs * 1000),
      row.status,
      this.#outcomeOf(row),
      row.principal === null ? null : this.#principals.numberOf(row.principal),
      row.resource,
      block,
      place,
    ]
    if (idMs !== row.startedAtMs) this.#widenSkew(idMs - row.startedAtMs)
    if (this.#insert.run(...values).changes === 1) return
    this.#remove(id)
    this.#insert.run(...values)
  }

  /** Empty text stands for what is missing: to SQLite no null is like another. */
  #outcomeOf({ exception, category }: UnpackedRow): number | null {
    if (exception === null && category === null) return null
    return this.#outcomes.numberOf(exception ?? '', category ?? '')
  }

  #widenSkew(skewMs: number): void {
    const { minMs, maxMs } = this.#skew
    if (skewMs < minMs || skewMs > maxMs) {
      this.#skew = { minMs: Math.min(minMs, skewMs), maxMs: Math.max(maxMs, skewMs) }
    }
  }

  #saveSkew(): void {
    this.#database.prepare('update skew set min_ms = ?, max_ms = ?').run(this.#skew.minMs, this.#skew.maxMs)
  }

  #remove(id: string): void {
    this.#blankDetails(
      this.#database.prepare('select block, place from tx where id = ?').all(id) as unknown as Places,
    )
    this.#database.prepare('delete from tx where id = ?').run(id)
  }

  #erase(principal: string): number {
    const found = this.#database.prepare('select id from principal where name = ?').get(principal)
    if (found === undefined) return 0
    const number = Number(found['id'])
    const places = this.#database.prepare('select block, place from tx where principal = ?').all(number)
    this.#blankDetails(places as unknown as Places)
    this.#database.prepare('delete from tx where principal = ?').run(number)
    this.#database.prepare('delete from principal where id = ?').run(number)
    return places.length
  }

  /** Empties the details of these rows, which share their blocks with others. */
  #blankDetails(places: Places): void {
    const placesByBlock = Map.groupBy(places, ({ block }) => block)
    placesByBlock.delete(null)
    for (const [block, blanks] of placesByBlock as Map<number, Places>) {
      const lines = this.#decoded(block).toString().split('\n')
      for (const { place } of blanks) lines[place as number] = ''
      this.#database
        .prepare('update block set lines = ? where id = ?')
        .run(encodeBlock(Buffer.from(lines.join('\n'))), block)
      this.#blocks.delete(block)
    }
  }

  #query(query: TxQuery, budget: SearchBudget): StoredRow[] | undefined {
    const where = whereOf(query, this.#skew, (sql, ...values) =>
      this.#database
        .prepare(sql)
        .all(...values)
        .map(({ id }) => Number(id)),
    )
    if (where === undefined) return []
    const sql = `${selectRow} where ${where.sql} order by tx.id desc`
    const limit = rowsPerPage(query)
    if (query.text !== undefined) {
      const rows = this.#database.prepare(sql).iterate(...where.values) as unknown as Iterable<ReadRow>
      return this.#search(rows, query.text, limit, budget)
    }
    const rows = this.#database.prepare(`${sql} limit ?`).all(...where.values, limit) as unknown as ReadRow[]
    return rows.map(row => this.#stored(row))
  }

  #stored({ block, place, started_at_ms, ...row }: ReadRow): StoredRow {
    return {
      ...row,
      started_at_ms: started_at_ms ?? txIdTimeMs(row.id as TxId),
      details: block === null ? '' : lineOf(this.#decoded(block), place as number),
    }
  }

  #decoded(block: number): Buffer {
    const read = this.#blocks.get(block)
    if (read !== undefined) return read
    const { lines } = this.#selectBlock.get(block) as {
      lines: Uint8Array
    }
    const decoded = decodeBlock(lines)
    if (this.#blocks.size >= blocksRemembered) this.#blocks.clear()
    this.#blocks.set(block, decoded)
    return decoded
  }

  #search(
    rows: Iterable<ReadRow>,
    text: string,
    limit: number,
    budget: SearchBudget,
  ): StoredRow[] | undefined {
    const found: StoredRow[] = []
    // As it would stand in JSON: nearly every row is passed over without being parsed.
    const written = JSON.stringify(text).slice(1, -1)
    for (const row of rows) {
      if (found.length >= limit) break
      if (budget.rowsLeft-- <= 0) return undefined
      const stored = this.#stored(row)
      if (stored.details.includes(written) && holdsText(decodeRow(stored), text)) found.push(stored)
    }
    return found
  }

  #rewriteFirstSchema(): void {
    let rows: UnpackedRow[] = []
    let lines: Buffer[] = []
    let linesBytes = 0
    const write = () => {
      this.#writeAll(rows, Buffer.concat(lines))
      rows = []
      lines = []
      linesBytes = 0
    }
    for (const row of rowsOfFirstSchema(this.#database)) {
      const { causes, calls, fields } = row
      const hasDetails = causes !== null || calls !== null || fields !== null
      const line = Buffer.from(hasDetails ? `${causes ?? ''}\t${calls ?? ''}\t${fields ?? ''}\n` : '')
      rows.push({
        id: row.id,
        idMs: txIdTimeMs(row.id as TxId),
        parentId: row.parent_id,
        kind: row.kind,
        operation: row.operation,
        exception: row.exception,
        category: row.category,
        principal: row.principal,
        resource: row.resource,
        details: hasDetails ? { from: linesBytes, to: linesBytes + line.length } : null,
        startedAtMs: row.started_at_ms,
        durationMs: row.duration_ms,
        status: row.status,
      })
      lines.push(line)
      linesBytes += line.length
      if (rows.length >= 1000) write()
    }
    if (rows.length > 0) write()
  }

  #forget(): void {
    for (const words of [this.#operations, this.#outcomes, this.#principals]) words.forget()
    this.#blocks.clear()
  }

  #inDatabaseTransaction<T>(work: () => T, kind: 'immediate' | 'deferred' = 'immediate'): T {
    this.#database.exec(`begin ${kind}`)
    try {
      const result = work()
      this.#database.exec('commit')
      return result
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }
}

const blocksRemembered = 64

// Left joins, since the order of the rows must stay that of the ids.
const selectRow = `
  select tx.id, tx.parent_id, operation.kind, operation.name as operation, tx.started_at_ms, tx.duration_us, tx.status,
    outcome.exception, outcome.category, principal.name as principal, tx.resource, tx.block, tx.place
  from tx
  left join operation on operation.id = tx.operation
  left join outcome on outcome.id = tx.outcome
  left join principal on principal.id = tx.principal
`

interface ReadRow extends Omit<StoredRow, 'details' | 'started_at_ms'> {
  readonly started_at_ms: number | null
  readonly block: number | null
  readonly place: number | null
}

type Places = readonly { readonly block: number | null; readonly place: number | null }[]
