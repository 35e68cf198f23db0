import type { Selectable } from 'kysely'
import type { Db, ProjectActionsTable } from './tables.ts'

/** An action as its project knows it. */
export type ProjectActionRecord = Readonly<Selectable<ProjectActionsTable>>

/** Written by the admission of an action. */
export async function insertProjectAction(
  db: Db,
  record: Omit<ProjectActionRecord, 'state' | 'reason' | 'endedAt'>,
): Promise<void> {
  await db
    .insertInto('projectActions')
    .values({ ...record, state: 'running', reason: null, endedAt: null })
    .execute()
}

/** Written by the end of an action. @returns undefined for one that a release before this table began */
export async function endProjectAction(
  db: Db,
  actionId: string,
  end: Pick<ProjectActionRecord, 'state' | 'reason' | 'endedAt'>,
): Promise<ProjectActionRecord | undefined> {
  return db
    .updateTable('projectActions')
    .set(end)
    .where('actionId', '=', actionId)
    .returningAll()
    .executeTakeFirst()
}

/** The action with this id, whosever it is. */
export async function findAnyProjectAction(
  db: Db,
  actionId: string,
): Promise<ProjectActionRecord | undefined> {
  return db.selectFrom('projectActions').selectAll().where('actionId', '=', actionId).executeTakeFirst()
}
