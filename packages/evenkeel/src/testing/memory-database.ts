import type { ActionDatabase, AdmittedAction, IdempotentStart } from '../actions/action-database.ts'

/** The records of a memory database, and what actions keep beside them. */
export interface MemoryDb<Records> {
  records: Records
  admitted: readonly AdmittedAction[]
  idempotentStarts: readonly IdempotentStart[]
  journalId: string | undefined
}

/**
 * An application's database in memory: for tests of actions without a database. A transaction works on a copy,
 * which takes the original's place when it commits.
 *
 * @param records plain data, as `structuredClone` copies it
 */
export function memoryDatabase<Records>(records: Records): ActionDatabase<MemoryDb<Records>> {
  const committed: MemoryDb<Records> = {
    records,
    admitted: [],
    idempotentStarts: [],
    journalId: undefined,
  }
  let last: Promise<unknown> = Promise.resolve()

  return {
    read: committed,
    transaction(work) {
      const result = last.then(async () => {
        const copy = structuredClone(committed)
        const answer = await work(copy)
        Object.assign(committed, copy)
        return answer
      })
      last = result.catch(() => undefined) // the next one begins whatever became of this one
      return result
    },
    async insertAdmitted(db, action) {
      db.admitted = [...db.admitted, action]
    },
    async removeAdmitted(db, id) {
      const others = db.admitted.filter(action => action.id !== id)
      const wasThere = others.length < db.admitted.length
      db.admitted = others
      return wasThere
    },
    async listAdmitted(db) {
      return db.admitted
    },
    async findIdempotentStart(db, principal, key) {
      return db.idempotentStarts.find(start => start.principal === principal && start.key === key)
    },
    async insertIdempotentStart(db, start, forgetBeforeMs) {
      const isKept = ({ principal, key, actionId, atMs }: IdempotentStart) =>
        !(principal === start.principal && key === start.key) &&
        (atMs >= forgetBeforeMs || db.admitted.some(({ id }) => id === actionId))
      db.idempotentStarts = [...db.idempotentStarts.filter(isKept), start]
    },
    async journalId(db) {
      return db.journalId
    },
    async bindJournal(db, journalId) {
      db.journalId = journalId
    },
  }
}
