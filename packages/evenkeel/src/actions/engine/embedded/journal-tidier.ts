import { packEntries } from './archived-entries.ts'
import { entriesOf } from './journal-reader.ts'
import type { Row, Statements } from './statements.ts'

/** So many histories are tidied away in one commit: about a millisecond, for which an append may have to wait. */
export const tidiedAtOnce = 16

/** Takes histories out of the way of those that go on: into the archive, out of the file, aside. */
export class JournalTidier {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /**
   * Archives closed histories and removes old ones, a few of each.
   *
   * @param forgetBeforeMs those that were closed before are removed
   * @returns whether there are more
   */
  tidy(forgetBeforeMs: number): boolean {
    const closed = this.#statements.all(
      `select number from actions where closed_ms is not null and is_archived = 0 order by number limit ${tidiedAtOnce}`,
    )
    const old = this.#statements.all(
      `select number, id, locks_json from actions where closed_ms < ? order by closed_ms limit ${tidiedAtOnce}`,
      forgetBeforeMs,
    )
    if (closed.length === 0 && old.length === 0) return false
    // Nobody waits for this to be durable: lost, it is done again, and a later commit that is durable includes it.
    this.#statements.exec('pragma synchronous = normal')
    try {
      this.#statements.inTransaction(() => {
        for (const row of closed) this.#archive(row['number'] as number)
        for (const row of old) this.#remove(row)
      })
    } finally {
      this.#statements.exec('pragma synchronous = full')
    }
    return closed.length === tidiedAtOnce || old.length === tidiedAtOnce
  }

  /** Keeps all that there is of a history that can't be read where it doesn't hinder the others. */
  setAside(actionId: string, reason: string, atMs: number): void {
    this.#statements.inTransaction(() => {
      const row = this.#statements.first(
        'select number, id, name, locks_json from actions where id = ?',
        actionId,
      )
      if (row === undefined) return
      const number = row['number'] as number
      const archived = this.#statements.first('select entries from archive where action = ?', number)
      this.#statements.run(
        'insert into set_aside (id, name, reason, at_ms, entries_json, archived) values (?, ?, ?, ?, ?, ?)',
        actionId,
        row['name'] as string,
        reason,
        atMs,
        JSON.stringify(entriesOf(this.#statements, number)),
        archived?.['entries'] ?? null,
      )
      this.#remove(row)
    })
  }

  #archive(number: number): void {
    const packed = packEntries(entriesOf(this.#statements, number))
    this.#statements.run('insert into archive (action, entries) values (?, ?)', number, packed)
    this.#statements.run('delete from entries where action = ?', number)
    this.#statements.run('update actions set is_archived = 1 where number = ?', number)
  }

  #remove(row: Row): void {
    const number = row['number'] as number
    for (const lock of JSON.parse(row['locks_json'] as string) as string[])
      this.#statements.run('delete from action_locks where lock = ? and id = ?', lock, row['id'] as string)
    this.#statements.run('delete from entries where action = ?', number)
    this.#statements.run('delete from archive where action = ?', number)
    this.#statements.run('delete from actions where number = ?', number)
  }
}
