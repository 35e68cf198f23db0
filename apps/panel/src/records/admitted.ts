import type { TxId } from 'evenkeel'
import type { AdmittedAction } from 'evenkeel/actions'
import { inserting } from './inserting.ts'
import type { Db } from './tables.ts'

/** Written together with the records that promise the action. */
export async function insertAdmitted(db: Db, { input, locks, ...plain }: AdmittedAction): Promise<void> {
  await insert(db, { ...plain, inputJson: JSON.stringify(input), locksJson: JSON.stringify(locks) })
}

const insert = inserting('admittedActions')

/** Removes it at its end. @returns whether it was there: if not, its end was committed before */
export async function removeAdmitted(db: Db, id: TxId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('admittedActions')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** All of them, oldest first. */
export async function listAdmitted(db: Db): Promise<readonly AdmittedAction[]> {
  const rows = await db.selectFrom('admittedActions').selectAll().orderBy('atMs').orderBy('id').execute()
  return rows.map(({ id, inputJson, locksJson, ...plain }) => ({
    ...plain,
    id: id as TxId, // Only `insertAdmitted` writes it.
    input: JSON.parse(inputJson),
    locks: JSON.parse(locksJson),
  }))
}

/** What actions that have not ended are about, or wait for: what their locks name, as in `server:<uuid>`. */
export async function idsAtWork(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom('admittedActions').select('locksJson').execute()
  return rows.flatMap(({ locksJson }) => (JSON.parse(locksJson) as readonly string[]).map(idOfLock))
}

/** `server:3f0c…` is about `3f0c…`. */
export function idOfLock(lock: string): string {
  return lock.slice(lock.indexOf(':') + 1)
}
