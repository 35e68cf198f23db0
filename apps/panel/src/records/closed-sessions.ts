import type { Db } from './tables.ts'

/** Remembers that a session of an operator was closed, and forgets those that would have ended by themselves by now. */
export async function insertClosedSession(
  db: Db,
  session: { readonly id: string; readonly endsAtMs: number },
  nowMs: number,
): Promise<void> {
  await db.deleteFrom('closedSessions').where('endsAtMs', '<=', nowMs).execute()
  await db
    .insertInto('closedSessions')
    .values(session)
    .onConflict(known => known.doNothing())
    .execute()
}

export async function isSessionClosed(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('closedSessions').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}
