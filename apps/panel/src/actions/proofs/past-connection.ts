import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Row } from './panel-world.ts'
import type { Rewindable } from './rewinding.ts'

/** A connection of a proof's own to the panel's database, past all faults. It keeps what it has prepared. */
export class PastConnection implements Rewindable {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec('pragma synchronous = off')
  }

  run(sql: string, ...values: string[]): void {
    this.#statement(sql).run(...values)
  }

  all(sql: string): readonly Row[] {
    return this.#statement(sql).all() as unknown as readonly Row[]
  }

  transaction(work: () => void): void {
    this.run('begin immediate')
    work()
    this.run('commit')
  }

  close(): void {
    this.#database.close()
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
