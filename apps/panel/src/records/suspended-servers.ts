import type { ExpressionBuilder } from 'kysely'
import { type Places, prepared } from './prepared.ts'
import type { Db, Tables } from './tables.ts'

/** A server that a suspension, or its end, has not reached yet. */
export interface ServerOutOfPlace {
  readonly projectId: string
  readonly uuid: string
}

/** Notes that the server was shut down by the suspension of its project, and runs again afterwards. */
export async function insertSuspendedServer(db: Db, serverUuid: string): Promise<void> {
  await db
    .insertInto('suspendedServers')
    .values({ serverUuid })
    .onConflict(conflict => conflict.column('serverUuid').doNothing())
    .execute()
}

type OfServer = Places<{ serverUuid: string }>

// Asked at every end of a start, stop or reboot.
const deleteOne = prepared((db: Db, { serverUuid }: OfServer) =>
  db.deleteFrom('suspendedServers').where('serverUuid', '=', serverUuid),
)

/** From here on the server's power is as its owner has set it. */
export async function deleteSuspendedServer(db: Db, serverUuid: string): Promise<void> {
  await deleteOne(db, { serverUuid })
}

/** Whether the server was shut down by a suspension, and has not been started since. */
export async function isSuspendedServer(db: Db, serverUuid: string): Promise<boolean> {
  const row = await db
    .selectFrom('suspendedServers')
    .select('serverUuid')
    .where('serverUuid', '=', serverUuid)
    .executeTakeFirst()
  return row !== undefined
}

// Both are asked after commits. What is suspended is little beside all servers, and SQLite, which can't know that, goes by the
// order of a cross join.
const runningInSuspended = prepared((db: Db) =>
  db
    .selectFrom('suspensions')
    .crossJoin('servers')
    .select(['servers.projectId', 'servers.uuid'])
    .whereRef('servers.projectId', '=', 'suspensions.projectId')
    .where('servers.deletedAt', 'is', null)
    .where('servers.status', '=', 'running')
    .where('servers.change', 'is', null),
)

/** The servers that run although their project is suspended, and that nothing is under way on. */
export async function serversToSuspend(db: Db): Promise<readonly ServerOutOfPlace[]> {
  return runningInSuspended(db, {})
}

const stoppedInResumed = prepared((db: Db) =>
  db
    .selectFrom('suspendedServers')
    .crossJoin('servers')
    .leftJoin('suspensions', 'suspensions.projectId', 'servers.projectId')
    .select(['servers.projectId', 'servers.uuid'])
    .whereRef('servers.uuid', '=', 'suspendedServers.serverUuid')
    .where('servers.deletedAt', 'is', null)
    .where('servers.status', '=', 'stopped')
    .where('servers.change', 'is', null)
    .where('suspensions.projectId', 'is', null),
)

/** The servers that a suspension had shut down which is over, and that nothing is under way on. */
export async function serversToResume(db: Db): Promise<readonly ServerOutOfPlace[]> {
  return stoppedInResumed(db, {})
}

/** A server that has not come yet to where a suspension, or its end, is to bring it. */
export interface ServerOnItsWay {
  readonly uuid: string
  readonly name: string
  /** Why that could not be done so far; null if nothing has failed yet. */
  readonly reason: string | null
}

/** How many servers of the project are shut down, and run again once it is resumed. */
export async function countSuspendedServers(db: Db, projectId: string): Promise<number> {
  const { count } = await suspendedIn(db, projectId)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** The servers of the project that are not stopped. @param action what it is that shuts them down */
export async function serversStillRunning(
  db: Db,
  projectId: string,
  action: string,
): Promise<readonly ServerOnItsWay[]> {
  return db
    .selectFrom('servers')
    .select(['servers.uuid', 'servers.name', lastReasonOf(action)])
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .where('status', '!=', 'stopped')
    .orderBy('createdAt')
    .execute()
}

/** The servers of the project that a suspension has shut down. @param action what it is that starts them again */
export async function serversStillStopped(
  db: Db,
  projectId: string,
  action: string,
): Promise<readonly ServerOnItsWay[]> {
  return suspendedIn(db, projectId)
    .select(['servers.uuid', 'servers.name', lastReasonOf(action)])
    .orderBy('servers.createdAt')
    .execute()
}

function suspendedIn(db: Db, projectId: string) {
  return db
    .selectFrom('suspendedServers')
    .innerJoin('servers', 'servers.uuid', 'suspendedServers.serverUuid')
    .where('servers.projectId', '=', projectId)
    .where('servers.deletedAt', 'is', null)
}

/** Why the last such action on a server was rolled back. */
function lastReasonOf(action: string) {
  return ({ selectFrom }: ExpressionBuilder<Tables, 'servers'>) =>
    selectFrom('projectActions')
      .select('projectActions.reason')
      .whereRef('projectActions.objectUuid', '=', 'servers.uuid')
      .where('projectActions.name', '=', action)
      .orderBy('projectActions.actionId', 'desc')
      .limit(1)
      .as('reason')
}
