import type { Db } from './tables.ts'

/** An action that was admitted, together with the records that promise it, and has not ended yet. */
export interface AdmittedAction {
  readonly id: string
  readonly name: string
  readonly version: number
  /** As the action's schema encodes it; its secrets are encrypted. */
  readonly input: string
  readonly locks: readonly string[]
  readonly createdAtMs: number
}

export async function insertAdmitted(db: Db, { locks, ...plain }: AdmittedAction): Promise<void> {
  await db
    .insertInto('admittedActions')
    .values({ ...plain, locksJson: JSON.stringify(locks) })
    .execute()
}

/** Removes it at its end. @returns whether it was there: if not, its end was committed before */
export async function removeAdmitted(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('admittedActions')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** All of them, oldest first. */
export async function listAdmitted(db: Db): Promise<readonly AdmittedAction[]> {
  const rows = await db
    .selectFrom('admittedActions')
    .selectAll()
    .orderBy('createdAtMs')
    .orderBy('id')
    .execute()
  return rows.map(({ locksJson, ...plain }) => ({ ...plain, locks: JSON.parse(locksJson) }))
}
