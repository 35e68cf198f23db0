import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { InternalException } from 'evenkeel'
import { onDisk } from './sqlite.ts'

/** A row as a query gives it, with the names that code uses. */
export type SqliteRow = { readonly [column: string]: unknown }

/** What a query comes to. */
export interface SqliteResult {
  readonly rows: readonly SqliteRow[]
  /** Undefined for a query that gives rows. */
  readonly changes?: { readonly count: number | bigint; readonly lastRowId: number | bigint }
}

interface Prepared {
  readonly statement: StatementSync
  /** The columns of its rows; none if it gives no rows. */
  readonly columns: readonly string[]
}

/** So many texts are remembered: more than the panel has, if it weren't for lists of any length within them. */
const preparedMax = 500

/**
 * A connection of Node's own SQLite. It keeps what it has prepared, which takes longer than most queries do; so the tables
 * must not change any more. The database writes names in snake_case, code in camelCase.
 */
export class SqliteConnection {
  readonly #database: DatabaseSync
  /** By their texts, the one that was used last at the end. */
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /**
   * @throws {RecordsUnavailableException} the disk or another program is in the way
   * @throws {InternalException} a parameter is something that SQLite can't keep
   */
  query(text: string, parameters: readonly unknown[]): SqliteResult {
    const values = bindable(parameters, text)
    return onDisk(() => {
      const { statement, columns } = this.#prepare(text)
      if (columns.length === 0) {
        const { changes, lastInsertRowid } = statement.run(...values)
        return { rows: [], changes: { count: changes, lastRowId: lastInsertRowid } }
      }
      const rows = statement.all(...values) as unknown as readonly (readonly unknown[])[]
      return { rows: rows.map(row => named(columns, row)) }
    })
  }

  #prepare(text: string): Prepared {
    const prepared = this.#prepared.get(text) ?? prepare(this.#database, text)
    this.#prepared.delete(text)
    this.#prepared.set(text, prepared)
    if (this.#prepared.size > preparedMax) this.#forgetOldest()
    return prepared
  }

  #forgetOldest(): void {
    for (const text of this.#prepared.keys()) {
      this.#prepared.delete(text)
      return
    }
  }
}

function prepare(database: DatabaseSync, text: string): Prepared {
  const statement = database.prepare(text)
  // Faster than objects, whose names would have to be changed as well.
  statement.setReturnArrays(true)
  return { statement, columns: statement.columns().map(({ name }) => inCamelCase(name)) }
}

function named(columns: readonly string[], values: readonly unknown[]): SqliteRow {
  const row: { [column: string]: unknown } = {}
  for (let at = 0; at < columns.length; at++) row[columns[at] as string] = values[at]
  return row
}

function inCamelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

// SQLite would store a Date as NULL and true as 1 without a word: here it is a bug that shows at once.
function bindable(parameters: readonly unknown[], text: string): SQLInputValue[] {
  return parameters.map((value, at) => {
    if (value === null || typeof value === 'string' || typeof value === 'bigint') return value
    if (typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value
    if (value instanceof Uint8Array) return value
    const kind = value instanceof Date ? 'a Date' : `${typeof value} (${String(value)})`
    throw new InternalException(`Parameter ${at + 1} is ${kind}, which SQLite can't keep, in: ${text}`)
  })
}
