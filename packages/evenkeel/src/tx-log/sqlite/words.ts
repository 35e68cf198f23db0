import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'

/** So many numbers are remembered: beyond that, all are looked up anew. */
const rememberedMax = 20_000

/**
 * Words that occur again and again in a slice, such as the names of operations: a row holds their number. The table
 * has a column `id`, and one for each part of a word.
 */
export class Words {
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #numbers = new Map<string, number>()

  constructor(database: DatabaseSync, table: string, columns: readonly string[]) {
    const where = columns.map(column => `${column} = ?`).join(' and ')
    const places = columns.map(() => '?').join(', ')
    this.#find = database.prepare(`select id from ${table} where ${where}`)
    this.#insert = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`)
  }

  /** The number of a word, which it gets if it has none yet. Within a database transaction. */
  numberOf(...parts: readonly string[]): number {
    const key = parts.length === 1 ? (parts[0] as string) : parts.join('\t')
    return this.#numbers.get(key) ?? this.#lookUp(key, parts)
  }

  /** To be called when numbers that were given may be void: after a rollback, or when words were removed. */
  forget(): void {
    this.#numbers.clear()
  }

  #lookUp(key: string, parts: readonly string[]): number {
    const found = this.#find.get(...parts) as { id: SQLOutputValue } | undefined
    const number = Number(found?.id ?? this.#insert.run(...parts).lastInsertRowid)
    if (this.#numbers.size >= rememberedMax) this.#numbers.clear()
    // The key is a piece of a whole batch's text, which it would keep alive: its copy doesn't.
    this.#numbers.set(Buffer.from(key).toString(), number)
    return number
  }
}
