import { type Selectable, sql } from 'kysely'
import { inserting } from './inserting.ts'
import { type Places, prepared } from './prepared.ts'
import type { Db, ProjectActionsTable } from './tables.ts'

/** An action as its project knows it. */
export type ProjectActionRecord = Readonly<Selectable<ProjectActionsTable>>

/** Written by the admission of an action. */
export async function insertProjectAction(
  db: Db,
  record: Omit<ProjectActionRecord, 'state' | 'reason' | 'endedAt'>,
): Promise<void> {
  await insert(db, { ...record, state: 'running', reason: null, endedAt: null })
}

const insert = inserting('projectActions')

/** Written by the end of an action. @returns undefined for one that a release before this table began */
export async function endProjectAction(
  db: Db,
  actionId: string,
  end: Pick<ProjectActionRecord, 'state' | 'reason' | 'endedAt'>,
): Promise<ProjectActionRecord | undefined> {
  const [ended] = await endOne(db, { actionId, ...end })
  return ended
}

const endOne = prepared(
  (
    db: Db,
    {
      actionId,
      state,
      reason,
      endedAt,
    }: Places<Pick<ProjectActionRecord, 'actionId' | 'state' | 'reason' | 'endedAt'>>,
  ) =>
    db
      .updateTable('projectActions')
      .set({ state, reason, endedAt })
      .where('actionId', '=', actionId)
      .returningAll(),
)

/** The action with this id, whosever it is. */
export async function findAnyProjectAction(
  db: Db,
  actionId: string,
): Promise<ProjectActionRecord | undefined> {
  const [found] = await findOne(db, { actionId })
  return found
}

const findOne = prepared((db: Db, { actionId }: Places<Pick<ProjectActionRecord, 'actionId'>>) =>
  db.selectFrom('projectActions').selectAll().where('actionId', '=', actionId),
)

/** The project's action with this id. Nobody ever finds another project's. */
export async function findProjectAction(
  db: Db,
  projectId: string,
  actionId: string,
): Promise<ProjectActionRecord | undefined> {
  const found = await findAnyProjectAction(db, actionId)
  return found?.projectId === projectId ? found : undefined
}

/** Which of a project's actions are asked for: all that is given must hold. */
export interface ProjectActionQuery {
  readonly state?: ProjectActionRecord['state'] | undefined
  readonly kind?: string | undefined
  /** What they are about. */
  readonly uuid?: string | undefined
  /** Only those that were asked for before this one. */
  readonly before?: string | undefined
  readonly limit: number
}

/** The project's actions, newest first. */
export async function listProjectActions(
  db: Db,
  projectId: string,
  { state, kind, uuid, before, limit }: ProjectActionQuery,
): Promise<readonly ProjectActionRecord[]> {
  // An action's id begins with the time at which it was asked for.
  let query = db
    .selectFrom('projectActions')
    .selectAll()
    .where('projectId', '=', projectId)
    .orderBy('actionId', 'desc')
    .limit(limit)
  // Written out: the index of those that have not ended is not found for a parameter.
  if (state !== undefined) query = query.where('state', '=', sql.lit(state))
  if (kind !== undefined) query = query.where('objectKind', '=', kind)
  if (uuid !== undefined) query = query.where('objectUuid', '=', uuid)
  if (before !== undefined) query = query.where('actionId', '<', before)
  return query.execute()
}

/** The newest of the project's actions that have ended at this time or later, in the order of their ends. */
export async function listEndedSince(
  db: Db,
  projectId: string,
  at: string,
  { limit }: { readonly limit: number },
): Promise<readonly ProjectActionRecord[]> {
  const newestFirst = await db
    .selectFrom('projectActions')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('endedAt', '>=', at)
    .orderBy('endedAt', 'desc')
    .limit(limit)
    .execute()
  return newestFirst.reverse()
}

/** The action of this name that runs on one of the project's objects, deleted or not. */
export async function findRunningAction(
  db: Db,
  { projectId, uuid }: { readonly projectId: string; readonly uuid: string },
  name: string,
): Promise<ProjectActionRecord | undefined> {
  return db
    .selectFrom('projectActions')
    .selectAll()
    .where('objectUuid', '=', uuid)
    .where('projectId', '=', projectId)
    .where('name', '=', name)
    .where('state', '=', 'running')
    .executeTakeFirst()
}
