import type { ActionDatabase } from 'evenkeel/actions'
import { insertAdmitted, listAdmitted, removeAdmitted } from './admitted.ts'
import type { Records } from './database.ts'
import { findMeta, insertMeta } from './meta.ts'
import type { Db } from './tables.ts'

/** The panel's records as the library's actions need them: admission and end commit together with what they promise. */
export function actionDatabase(records: Records): ActionDatabase<Db> {
  return {
    read: records.read,
    transaction: work => records.transaction(work),
    insertAdmitted,
    removeAdmitted,
    listAdmitted,
    journalId: db => findMeta(db, 'journal'),
    bindJournal: (db, journalId) => insertMeta(db, 'journal', journalId),
  }
}
