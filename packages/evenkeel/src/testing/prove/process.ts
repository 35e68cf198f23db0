import type { ActionDatabase } from '../../actions/action-database.ts'
import type { Journal, JournalEntry } from '../../actions/engine/journal.ts'
import type { TxId } from '../../filters/tx-id.ts'
import { whileAlive } from './process-bound.ts'

/** What a process is about to write or commit. */
export interface Intervention {
  /** Before it is written. Throws, or never settles, and it never is. */
  before?(): void | Promise<void>
  /** When it is written, and before anyone hears of it. */
  after?(): void
}

export interface JournalWatch {
  /** Asked for each append. */
  appending(actionId: TxId, entries: readonly JournalEntry[]): Intervention
  /** Told of what has been written. */
  appended(actionId: TxId, entries: readonly JournalEntry[]): void
}

/** The journal as one process has it: when it is dead, nothing is written, and it hears nothing. */
export function journalOf(journal: Journal, death: AbortSignal, watch: JournalWatch): Journal {
  return {
    ...journal,
    append(actionId, entries) {
      if (death.aborted) return never()
      const { before, after } = watch.appending(actionId, entries)
      before?.()
      if (death.aborted) return never()
      const written = journal.append(actionId, entries)
      watch.appended(actionId, entries)
      after?.()
      return whileAlive(written, death)
    },
  }
}

export interface DatabaseWatch {
  /** Asked when the work of a database transaction is done and it is about to commit. */
  committing(what: Transaction): Intervention
}

/** What a database transaction of the engine was about. */
export interface Transaction {
  readonly admitted: { readonly id: TxId; readonly name: string } | undefined
  readonly ended: TxId | undefined
}

/** The database as one process has it: when it is dead, nothing is committed, and it hears nothing. */
export function databaseOf<Db extends object>(
  database: ActionDatabase<Db>,
  death: AbortSignal,
  watch: DatabaseWatch,
): ActionDatabase<Db> {
  const about = new WeakMap<object, { admitted: Transaction['admitted']; ended: TxId | undefined }>()
  const noteOf = (db: Db) => {
    const note = about.get(db) ?? { admitted: undefined, ended: undefined }
    about.set(db, note)
    return note
  }

  const overrides: Partial<ActionDatabase<Db>> = {
    async transaction(work) {
      if (death.aborted) return never()
      let after: Intervention['after']
      const committed = database.transaction(async db => {
        const answer = await work(db)
        const intervention = watch.committing(noteOf(db))
        await intervention.before?.()
        // Its connection goes with the process: what it had not committed is rolled back.
        if (death.aborted) throw new Error('the process died before it committed')
        after = intervention.after
        return answer
      })
      return whileAlive(
        committed.then(answer => {
          after?.()
          return answer
        }),
        death,
      )
    },
    insertAdmitted(db, action) {
      noteOf(db).admitted = { id: action.id, name: action.name }
      return database.insertAdmitted(db, action)
    },
    async removeAdmitted(db, id) {
      const wasThere = await database.removeAdmitted(db, id)
      if (wasThere) noteOf(db).ended = id
      return wasThere
    },
  }
  // Not a copy: the methods may be a class's own.
  return new Proxy(database, {
    get(target, property) {
      const own = overrides[property as keyof ActionDatabase<Db>]
      if (own !== undefined) return own
      const member: unknown = Reflect.get(target, property, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

export function never(): Promise<never> {
  return new Promise(() => {})
}
