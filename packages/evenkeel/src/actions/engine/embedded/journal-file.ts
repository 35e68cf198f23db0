import { DatabaseSync } from 'node:sqlite'
import type { TxId } from '../../../filters/tx-id.ts'
import { checkJournal } from './journal-check.ts'
import type { Answer, JournalRead } from './journal-messages.ts'
import { JournalReader } from './journal-reader.ts'
import { createTables, formatOf, formatVersion, upgradeTables } from './journal-tables.ts'
import { JournalTidier } from './journal-tidier.ts'
import { JournalWriter } from './journal-writer.ts'
import { Statements } from './statements.ts'

/** The journal's file. All methods block: that is what its thread is for. */
export class JournalFile {
  readonly id: string
  readonly #db: DatabaseSync
  readonly #writer: JournalWriter
  readonly #reader: JournalReader
  readonly #tidier: JournalTidier

  /** @throws {DamageError | Error} as `checkJournal`: then nothing has been written */
  constructor(path: string) {
    checkJournal(path)
    this.#db = new DatabaseSync(path, { timeout: 5000 })
    // secure_delete: a secret that was dropped is not left in a free page.
    // wal_autocheckpoint: a page that many commits change is copied from the log (up to 16 MB of it) once for all of them.
    this.#db.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on; pragma wal_autocheckpoint = 4000',
    )
    if (formatOf(this.#db) === 0) createTables(this.#db)
    const statements = new Statements(this.#db)
    if (formatOf(this.#db) < formatVersion)
      upgradeTables(this.#db, entries => new JournalWriter(statements).append(entries))
    this.id = statements.first('select id from journal')?.['id'] as string
    this.#writer = new JournalWriter(statements)
    this.#reader = new JournalReader(statements)
    this.#tidier = new JournalTidier(statements)
  }

  /** Writes in one commit, in this order: durable when it returns. @returns how many histories it has closed */
  write(entries: Iterable<readonly [actionId: string, entry: string]>): number {
    return this.#writer.write(entries)
  }

  /** @param forgetBeforeMs what was closed before isn't seen */
  read(read: JournalRead, forgetBeforeMs: number): Answer {
    return this.#reader.read(read, forgetBeforeMs)
  }

  /** Takes a history that can't be read out of the way of the others. */
  setAside(actionId: TxId, reason: string, atMs: number): void {
    this.#writer.forget(actionId)
    this.#tidier.setAside(actionId, reason, atMs)
  }

  /** Archives what is closed and removes what is old, a little of it. @returns whether there is more */
  tidy(forgetBeforeMs: number): boolean {
    return this.#tidier.tidy(forgetBeforeMs)
  }

  close(): void {
    this.#db.close()
  }
}
