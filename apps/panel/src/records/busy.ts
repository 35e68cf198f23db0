import { ContentionException, type ExceptionOptions } from 'evenkeel'
import type { Change, Owned, OwnedRecord } from './owned.ts'
import { findAnyProjectAction } from './project-actions.ts'
import type { Db } from './tables.ts'

/** What keeps an object from being worked on. */
export interface Occupation {
  /** The object, as sentences begin with it: `Server 'web1'`. */
  readonly object: string
  /** In words that complete "it is": `being created`. */
  readonly change: string
  readonly since: string | undefined
  readonly actionId: string
  /** The name of the token that asked for it, if it is known. */
  readonly initiator: string | undefined
}

/** Another action runs on the object, and it outlasted the time that a caller waits. */
export class ObjectBusyException extends ContentionException<{
  object: string
  change: string
  since: string | null
  action: string
}> {
  // It is refused before anything was done: the whole request may be sent again.
  static override readonly isRetryForCallers = true

  constructor({ object, change, since, actionId, initiator }: Occupation, options?: ExceptionOptions) {
    const when = since === undefined ? '' : `, since ${since}`
    const whose = initiator === undefined ? '' : `, at the request of the token '${initiator}'`
    const message = `${object} is ${change}${when}${whose} (action ${actionId}). Try again when that has ended.`
    const data = { object, change, since: since ?? null, action: actionId }
    super(message, { ...options, data, publicMessage: message, retry: 'safe' })
  }
}

/** @throws {ObjectBusyException} an action runs on the object */
export async function requireSettled<R extends OwnedRecord>(
  db: Db,
  records: Owned<R>,
  record: R,
): Promise<void> {
  if (record.change !== null) await refuseBusy(db, records, record, record.change)
}

/** @throws {ObjectBusyException} an action runs on the object, also on one that is deleted already: what it had is not free yet */
export async function requireNothingRuns<R extends OwnedRecord>(
  db: Db,
  records: Owned<R>,
  record: R,
): Promise<void> {
  const running = await db
    .selectFrom('projectActions')
    .select(['actionId', 'startedAt'])
    .where('objectUuid', '=', record.uuid)
    .where('state', '=', 'running')
    .orderBy('actionId', 'desc') // A deletion is the last one that anybody could ask for.
    .executeTakeFirst()
  if (running === undefined) return
  const what = record.deletedAt === null ? 'being changed' : 'being deleted'
  await refuseBusy(db, records, record, { what, actionId: running.actionId, since: running.startedAt })
}

async function refuseBusy<R extends OwnedRecord>(
  db: Db,
  { label, nameOf }: Owned<R>,
  record: R,
  { what, since, actionId }: Change,
): Promise<never> {
  const initiator = (await findAnyProjectAction(db, actionId))?.initiator
  throw new ObjectBusyException({
    object: `${label} '${nameOf(record)}'`,
    change: what,
    since,
    actionId,
    initiator,
  })
}
