import type { Selectable } from 'kysely'
import type { Db, GoneTable } from './tables.ts'

/** Why something that was promised does not exist: told for a day to whoever asks for it. */
export type GoneRecord = Readonly<Selectable<GoneTable>>

/** How long the reason is told, in milliseconds. */
export const goneKeptMs = 24 * 60 * 60 * 1000

/** Keeps the reason; a reason that is there already stays, so that this may run twice. Drops those whose time is over. */
export async function insertGone(db: Db, record: Omit<GoneRecord, 'untilMs'>, nowMs: number): Promise<void> {
  await db.deleteFrom('gone').where('untilMs', '<=', nowMs).execute()
  await db
    .insertInto('gone')
    .values({ ...record, untilMs: nowMs + goneKeptMs })
    .onConflict(conflict => conflict.column('uuid').doNothing())
    .execute()
}

/** The reason why the project has no such thing, while it is told. */
export async function findGone(
  db: Db,
  projectId: string,
  uuid: string,
  nowMs: number,
): Promise<GoneRecord | undefined> {
  return db
    .selectFrom('gone')
    .selectAll()
    .where('uuid', '=', uuid)
    .where('projectId', '=', projectId)
    .where('untilMs', '>', nowMs)
    .executeTakeFirst()
}
