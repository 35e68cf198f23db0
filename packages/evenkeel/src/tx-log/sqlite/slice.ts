import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type TxId, txIdTimeMs, txIdTimePart } from '../../filters/tx-id.ts'
import { rowsPerPage, type TxQuery } from '../tx-log.ts'
import { columns, type EncodedRow, type StoredRow } from './encoded-row.ts'

const schemaVersion = 1

// Ids are ordered by time, so that rows come in at the end of the table: ten times as fast as at random
// places. Every further index costs a good part of that, so there are but two, of few rows each.
const schema = `
  create table tx (
    id text primary key,
    parent_id text,
    kind text not null,
    operation text not null,
    started_at_ms real not null,
    duration_ms real not null,
    status real not null,
    exception text,
    category text,
    principal text,
    resource text,
    causes text,
    calls text,
    fields text
  ) strict, without rowid;
  create index tx_by_exception on tx (exception) where exception is not null;
  create index tx_by_resource on tx (resource) where resource is not null;
  -- By how much the times in the ids differ from when their transactions started: usually by nothing, but an
  -- action that was resumed has an old id. It makes a range of time a range of ids.
  create table skew (min_ms real not null, max_ms real not null) strict;
  insert into skew values (0, 0);
  pragma user_version = ${schemaVersion};
`

/** One file of the log: the transactions whose ids were made within one day. Throws SQLite's own errors. */
export class Slice {
  readonly #database: DatabaseSync

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    try {
      // A kill loses nothing that was committed; a loss of power loses the last moments, which a log can bear.
      this.#database.exec(
        'pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000',
      )
      this.#migrate(path)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Writes all or none of the rows. A row whose id is there already takes the older one's place. */
  write(rows: readonly EncodedRow[]): void {
    const places = columns.map(() => '?').join(', ')
    const insert = this.#database.prepare(
      `insert or replace into tx (${columns.join(', ')}) values (${places})`,
    )
    const widenSkew = this.#database.prepare(
      'update skew set min_ms = min(min_ms, ?), max_ms = max(max_ms, ?)',
    )
    this.#inDatabaseTransaction(() => {
      let [minMs, maxMs] = [0, 0]
      for (const row of rows) {
        insert.run(...row)
        const skewMs = txIdTimeMs(row[idAt] as TxId) - (row[startedAt] as number)
        minMs = Math.min(minMs, skewMs)
        maxMs = Math.max(maxMs, skewMs)
      }
      widenSkew.run(minMs, maxMs)
    })
  }

  find(id: TxId): StoredRow | undefined {
    const row = this.#database.prepare('select * from tx where id = ?').get(id)
    return row as StoredRow | undefined
  }

  /** Newest first. */
  query(query: TxQuery): StoredRow[] {
    const conditions = [...equalConditions(query), ...this.#timeConditions(query)]
    if (query.before !== undefined) conditions.push({ sql: 'id < ?', value: query.before })
    const where = conditions.length === 0 ? '' : `where ${conditions.map(({ sql }) => sql).join(' and ')}`
    const rows = this.#database
      .prepare(`select * from tx ${where} order by id desc limit ?`)
      .all(...conditions.map(({ value }) => value), rowsPerPage(query))
    return rows as unknown as StoredRow[]
  }

  close(): void {
    this.#database.close()
  }

  #migrate(path: string): void {
    const { user_version: version } = this.#database.prepare('pragma user_version').get() as {
      user_version: number
    }
    if (version === schemaVersion) return
    if (version > schemaVersion) {
      throw new Error(
        `${path} was written by a newer release, with schema ${version}; this one knows ${schemaVersion}. ` +
          'Start the newer release, or move the file away.',
      )
    }
    this.#inDatabaseTransaction(() => this.#database.exec(schema))
  }

  #timeConditions({ fromMs, toMs }: TxQuery): Condition[] {
    if (fromMs === undefined && toMs === undefined) return []
    const skew = this.#database.prepare('select min_ms, max_ms from skew').get() as {
      min_ms: number
      max_ms: number
    }
    const conditions: Condition[] = []
    if (fromMs !== undefined) {
      conditions.push(
        { sql: 'started_at_ms >= ?', value: fromMs },
        { sql: 'id >= ?', value: txIdTimePart(idTimeMs(fromMs + skew.min_ms)) },
      )
    }
    if (toMs !== undefined) {
      conditions.push(
        { sql: 'started_at_ms < ?', value: toMs },
        { sql: 'id < ?', value: txIdTimePart(idTimeMs(toMs + skew.max_ms) + 1) },
      )
    }
    return conditions
  }

  #inDatabaseTransaction(work: () => void): void {
    this.#database.exec('begin immediate')
    try {
      work()
      this.#database.exec('commit')
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }
}

const idAt = columns.indexOf('id')
const startedAt = columns.indexOf('started_at_ms')

interface Condition {
  readonly sql: string
  readonly value: SQLInputValue
}

const equalColumns = ['kind', 'operation', 'exception', 'category', 'principal', 'resource'] as const

function equalConditions(query: TxQuery): Condition[] {
  return equalColumns.flatMap(column => {
    const value = query[column]
    return value === undefined ? [] : [{ sql: `${column} = ?`, value }]
  })
}

/** A time as an id can hold it: whole milliseconds in 48 bits. */
function idTimeMs(timeMs: number): number {
  return Math.max(0, Math.min(Math.floor(timeMs), 2 ** 48 - 1))
}
