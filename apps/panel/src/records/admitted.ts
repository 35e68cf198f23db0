import type { Json, TxId } from 'evenkeel'
import type { Db } from './tables.ts'

/** An action that was admitted, together with the records that promise it, and has not ended yet. */
export interface AdmittedAction {
  readonly id: TxId
  readonly name: string
  readonly version: number
  /** As encoded for the journal: its secrets are encrypted. */
  readonly input: Json
  readonly locks: readonly string[]
  readonly atMs: number
}

export async function insertAdmitted(db: Db, { input, locks, ...plain }: AdmittedAction): Promise<void> {
  await db
    .insertInto('admittedActions')
    .values({ ...plain, inputJson: JSON.stringify(input), locksJson: JSON.stringify(locks) })
    .execute()
}

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
