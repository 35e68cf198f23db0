import type { DatabaseSync } from 'node:sqlite'
import { onDisk } from './sqlite.ts'
import { SqliteConnection, type SqliteResult } from './sqlite-connection.ts'

/**
 * A connection that only reads. All that is read in one turn of the event loop is read from one committed state: to look
 * for the newest takes longer than most queries do.
 */
export class ReadingConnection extends SqliteConnection {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    super(database)
    this.#database = database
  }

  override query(text: string, parameters: readonly unknown[]): SqliteResult {
    if (!this.#database.isTransaction) {
      onDisk(() => this.#database.exec('begin'))
      setImmediate(() => this.refresh())
    }
    return super.query(text, parameters)
  }

  /** What is read from now on is read from what is committed now. */
  refresh(): void {
    if (this.#database.isOpen && this.#database.isTransaction) onDisk(() => this.#database.exec('commit'))
  }
}
