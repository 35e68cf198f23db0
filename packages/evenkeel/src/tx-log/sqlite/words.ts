import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'

/** So many numbers are remembered: beyond that, all are looked up anew. */
const rememberedMax = 20_000

/** Which columns a table of words has, beside its `id`. */
export interface WordColumns {
  readonly name: string
  /** What a name is told apart by from others that read alike, in few different values. */
  readonly group?: string
}

/** Words that occur again and again in a slice, such as the names of operations: a row holds their number. */
export class Words {
  readonly #hasGroups: boolean
  readonly #find: StatementSync
  readonly #insert: StatementSync
  /** By group, then by name. */
  readonly #numbers = new Map<string, Map<string, number>>()
  #rememberedCount = 0

  constructor(database: DatabaseSync, table: string, { name, group }: WordColumns) {
    const columns = group === undefined ? [name] : [name, group]
    const where = columns.map(column => `${column} = ?`).join(' and ')
    const places = columns.map(() => '?').join(', ')
    this.#hasGroups = group !== undefined
    this.#find = database.prepare(`select id from ${table} where ${where}`)
    this.#insert = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`)
  }

  /** The number of a word, which it gets if it has none yet. Within a database transaction. */
  numberOf(name: string, group = ''): number {
    return this.#numbers.get(group)?.get(name) ?? this.#lookUp(name, group)
  }

  /** To be called when numbers that were given may be void: after a rollback, or when words were removed. */
  forget(): void {
    this.#numbers.clear()
    this.#rememberedCount = 0
  }

  #lookUp(name: string, group: string): number {
    const parts = this.#hasGroups ? [name, group] : [name]
    const found = this.#find.get(...parts) as { id: SQLOutputValue } | undefined
    const number = Number(found?.id ?? this.#insert.run(...parts).lastInsertRowid)
    if (this.#rememberedCount >= rememberedMax) this.forget()
    this.#rememberedCount++
    const numbers = this.#numbers.get(group) ?? new Map<string, number>()
    this.#numbers.set(group, numbers)
    // The name may be a piece of a whole batch's text, which it would keep alive: its copy doesn't.
    numbers.set(Buffer.from(name).toString(), number)
    return number
  }
}
