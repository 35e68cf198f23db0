import type { SQLInputValue } from 'node:sqlite'
import type { TxId } from '../../../filters/tx-id.ts'
import { defaultLimit, type HistoryQuery, idRangeOf } from '../history-query.ts'
import { unpackEntries } from './archived-entries.ts'
import type { Answer, JournalRead, StoredHistory } from './journal-messages.ts'
import type { Statements } from './statements.ts'

/** So many histories are read in one go. */
const pageSize = 64

/** Answers what is asked of the journal, from the entries of open histories and from the archive. */
export class JournalReader {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** @param forgetBeforeMs what was closed before isn't seen, whether it is still in the file or not */
  read(read: JournalRead, forgetBeforeMs: number): Answer {
    switch (read.kind) {
      case 'one':
        return { histories: this.#histories('id = ?', [read.actionId], forgetBeforeMs) }
      case 'open': {
        const where = `closed_ms is null and id > ? order by id limit ${pageSize}`
        return { histories: this.#histories(where, [read.after ?? ''], forgetBeforeMs) }
      }
      case 'query':
        return { histories: this.#asked(read.query, forgetBeforeMs) }
      case 'set-aside': {
        const rows = this.#statements.all('select id, name, reason, at_ms from set_aside order by id')
        return {
          setAside: rows.map(row => ({
            actionId: row['id'] as TxId,
            name: row['name'] as string,
            reason: row['reason'] as string,
            atMs: row['at_ms'] as number,
          })),
        }
      }
    }
  }

  #asked(query: HistoryQuery, forgetBeforeMs: number): readonly StoredHistory[] {
    const { from, to } = idRangeOf(query)
    const conditions = ['id >= ?', 'id < ?']
    const values: SQLInputValue[] = [from, to]
    const ask = (condition: string, value: string | undefined) => {
      if (value === undefined) return
      conditions.push(condition)
      values.push(value)
    }
    ask('name = ?', query.name)
    ask('class = ?', query.class)
    // (said twice, so that SQLite sees that an index without the succeeded ones has all that is asked for)
    ask(query.state === 'succeeded' ? 'state = ?' : "state = ? and state <> 'succeeded'", query.state)
    ask('id in (select id from action_locks where lock = ?)', query.lock)
    const where = `${conditions.join(' and ')} order by id desc limit ?`
    return this.#histories(where, [...values, query.limit ?? defaultLimit], forgetBeforeMs)
  }

  /** @param where conditions, order and limit */
  #histories(
    where: string,
    values: readonly SQLInputValue[],
    forgetBeforeMs: number,
  ): readonly StoredHistory[] {
    const rows = this.#statements.all(
      `select number, id, name, closed_ms, is_archived from actions where ifnull(closed_ms >= ?, true) and ${where}`,
      forgetBeforeMs,
      ...values,
    )
    return rows.map(row => {
      const number = row['number'] as number
      return {
        actionId: row['id'] as TxId,
        name: row['name'] as string,
        isClosed: row['closed_ms'] !== null,
        entries: row['is_archived'] === 1 ? this.#archived(number) : entriesOf(this.#statements, number),
      }
    })
  }

  #archived(number: number): StoredHistory['entries'] {
    const row = this.#statements.first('select entries from archive where action = ?', number)
    if (row === undefined) return { unreadable: 'its row is missing in the archive' }
    try {
      return unpackEntries(row['entries'] as Uint8Array)
    } catch (error) {
      return { unreadable: `its row in the archive is damaged (${String(error)})` }
    }
  }
}

/** The entries of a history that isn't archived. */
export function entriesOf(statements: Statements, number: number): readonly string[] {
  return statements
    .all('select entry from entries where action = ? order by position', number)
    .map(row => row['entry'] as string)
}
