import { type Places, prepared } from './prepared.ts'
import type { Db } from './tables.ts'

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

// Both are asked after commits.
const runningInSuspended = prepared((db: Db) =>
  db
    .selectFrom('suspensions')
    .innerJoin('servers', 'servers.projectId', 'suspensions.projectId')
    .select(['servers.projectId', 'servers.uuid'])
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
    .innerJoin('servers', 'servers.uuid', 'suspendedServers.serverUuid')
    .leftJoin('suspensions', 'suspensions.projectId', 'servers.projectId')
    .select(['servers.projectId', 'servers.uuid'])
    .where('servers.deletedAt', 'is', null)
    .where('servers.status', '=', 'stopped')
    .where('servers.change', 'is', null)
    .where('suspensions.projectId', 'is', null),
)

/** The servers that a suspension had shut down which is over, and that nothing is under way on. */
export async function serversToResume(db: Db): Promise<readonly ServerOutOfPlace[]> {
  return stoppedInResumed(db, {})
}

/** A server of a suspended project that still runs. */
export interface ServerStillRunning {
  readonly uuid: string
  readonly name: string
  /** Why it could not be shut down so far; null if nothing has failed yet. */
  readonly reason: string | null
}

/** What a suspension has come to. @param action the name of the action that shuts a server down for it */
export async function progressOfSuspension(
  db: Db,
  projectId: string,
  action: string,
): Promise<{ readonly shutDown: number; readonly stillRunning: readonly ServerStillRunning[] }> {
  const { shutDown } = await db
    .selectFrom('suspendedServers')
    .innerJoin('servers', 'servers.uuid', 'suspendedServers.serverUuid')
    .select(({ fn }) => fn.countAll<number>().as('shutDown'))
    .where('servers.projectId', '=', projectId)
    .where('servers.deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  const stillRunning = await db
    .selectFrom('servers')
    .select(({ selectFrom }) => [
      'uuid',
      'name',
      selectFrom('projectActions')
        .select('reason')
        .whereRef('objectUuid', '=', 'servers.uuid')
        .where('projectActions.name', '=', action)
        .orderBy('actionId', 'desc')
        .limit(1)
        .as('reason'),
    ])
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .where('status', '!=', 'stopped')
    .orderBy('createdAt')
    .execute()
  return { shutDown, stillRunning }
}
