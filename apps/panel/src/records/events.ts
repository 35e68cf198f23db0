import type { Selectable } from 'kysely'
import { inserting } from './inserting.ts'
import type { Db, EventsTable } from './tables.ts'

/**
 * Something that has happened to an object of a project. Ids are given by the database transaction that writes it, and
 * transactions are one at a time: whoever has seen an id has seen every smaller one that there will ever be.
 */
export type EventRecord = Readonly<Selectable<EventsTable>>

/** Something that has happened to an object of a project, and who asked for it. */
export interface NewEvent {
  readonly projectId: string
  /** Its kind and uuid: `server:3f0c…`. */
  readonly object: string
  /** For programs: `server_create`. */
  readonly action: string
  /** For people: `Server 'web' has been created`. */
  readonly message: string
  /** The name of the token that asked for it. */
  readonly initiator: string
  readonly at: string
}

/** Written together with what has happened: the project's log shows it, and it is passed on from here. */
export async function insertEvent(db: Db, event: NewEvent): Promise<void> {
  await insert(db, event)
}

const insert = inserting('events')

/** Which of a project's events are asked for: all that is given must hold. Times are as in the column `at`. */
export interface EventQuery {
  /** Those with a greater id. @default 0 */
  readonly after?: number
  /** The earliest time. */
  readonly from?: string | undefined
  /** The latest time. */
  readonly to?: string | undefined
  /** How many at most. */
  readonly limit: number
}

/** The project's events, oldest first. */
export async function listEvents(
  db: Db,
  projectId: string,
  { after = 0, from, to, limit }: EventQuery,
): Promise<readonly EventRecord[]> {
  let query = db
    .selectFrom('events')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<=', to)
  return query.execute()
}

/** The id of the project's newest event; 0 if it has none. */
export async function newestEventId(db: Db, projectId: string): Promise<number> {
  const newest = await db
    .selectFrom('events')
    .select('id')
    .where('projectId', '=', projectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest?.id ?? 0
}

/** How many events may have come between two whose times are not in the order of their ids. */
const disorderMax = 10_000

/**
 * The smallest id of the project's events at this time or later; undefined if there are none. A time is taken before the
 * id, so that those of about the same moment may be in another order.
 */
export async function firstEventIdSince(db: Db, projectId: string, at: string): Promise<number | undefined> {
  const { first } = await db
    .selectFrom(
      db
        .selectFrom('events')
        .select('id')
        .where('projectId', '=', projectId)
        .where('at', '>=', at)
        .orderBy('at')
        .limit(disorderMax)
        .as('earliest'),
    )
    .select(({ fn }) => fn.min('id').as('first'))
    .executeTakeFirstOrThrow()
  return first ?? undefined
}

/** The oldest events that have not been passed on, but for those of some objects. */
export async function undeliveredEvents(
  db: Db,
  { limit, butOf = [] }: { readonly limit: number; readonly butOf?: readonly string[] },
): Promise<readonly EventRecord[]> {
  let query = db.selectFrom('events').selectAll().where('deliveredAt', 'is', null).orderBy('id').limit(limit)
  if (butOf.length > 0) query = query.where('object', 'not in', butOf)
  return query.execute()
}

export async function areEventsUndelivered(db: Db): Promise<boolean> {
  return (await undeliveredEvents(db, { limit: 1 })).length > 0
}

/** They have been passed on. */
export async function markEventsDelivered(
  db: Db,
  ids: readonly number[],
  deliveredAt: string,
): Promise<void> {
  if (ids.length > 0) await db.updateTable('events').set({ deliveredAt }).where('id', 'in', ids).execute()
}

/**
 * Drops those of the oldest events that are from before this time and have been passed on.
 *
 * @param limit how many are looked at
 * @returns whether there may be more of them
 */
export async function pruneEvents(
  db: Db,
  before: string,
  { limit }: { readonly limit: number },
): Promise<boolean> {
  const oldest = db.selectFrom('events').select('id').orderBy('id').limit(limit)
  const { numDeletedRows } = await db
    .deleteFrom('events')
    .where('id', 'in', oldest)
    .where('at', '<', before)
    .where('deliveredAt', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows) === limit
}
