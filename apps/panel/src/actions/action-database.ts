import type { ActionDatabase } from 'evenkeel/actions'
import { insertAdmitted, listAdmitted, removeAdmitted } from '../records/admitted.ts'
import type { Records } from '../records/database.ts'
import { findIdempotentStart, insertIdempotentStart } from '../records/idempotent-starts.ts'
import { findMeta, insertMeta } from '../records/meta.ts'
import type { Db } from '../records/tables.ts'

/** The panel's records, as the actions' engine needs them. */
export function actionDatabase(records: Records): ActionDatabase<Db> {
  return {
    read: records.read,
    transaction: work => records.transaction(work),
    insertAdmitted,
    removeAdmitted,
    listAdmitted,
    findIdempotentStart,
    insertIdempotentStart,
    journalId: db => findMeta(db, 'journal'),
    bindJournal: (db, journalId) => insertMeta(db, 'journal', journalId),
  }
}
