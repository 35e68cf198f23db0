import type { TxId } from 'evenkeel'
import type { IdempotentStart } from 'evenkeel/actions'
import { type Places, prepared } from './prepared.ts'
import type { Db } from './tables.ts'

const startUnderKey = prepared((db: Db, { principal, key }: Places<{ principal: string; key: string }>) =>
  db.selectFrom('idempotentStarts').selectAll().where('principal', '=', principal).where('key', '=', key),
)

/** The start that is remembered under a principal's key. */
export async function findIdempotentStart(
  db: Db,
  principal: string,
  key: string,
): Promise<IdempotentStart | undefined> {
  const [row] = await startUnderKey(db, { principal, key })
  return row && { ...row, actionId: row.actionId as TxId } // Only `insertIdempotentStart` writes it.
}

/** Remembers a start, and forgets those from before that time whose action is not admitted any more. */
export async function insertIdempotentStart(
  db: Db,
  start: IdempotentStart,
  forgetBeforeMs: number,
): Promise<void> {
  await db
    .deleteFrom('idempotentStarts')
    .where('atMs', '<', forgetBeforeMs)
    .where('actionId', 'not in', admitted => admitted.selectFrom('admittedActions').select('id'))
    .execute()
  await db.replaceInto('idempotentStarts').values(start).execute()
}
