import { hash } from 'node:crypto'
import type { TxId } from 'evenkeel'
import type { IdempotentStart } from 'evenkeel/actions'
import { type Places, prepared } from './prepared.ts'
import type { Db } from './tables.ts'

interface KeyPlaces {
  principal: string
  kept: string
  key: string
}

const startUnderKey = prepared((db: Db, { principal, kept, key }: Places<KeyPlaces>) =>
  db
    .selectFrom('idempotentStarts')
    .selectAll()
    .where('principal', '=', principal)
    // Earlier releases kept keys as they were.
    .where(({ eb, or }) => or([eb('key', '=', kept), eb('key', '=', key)])),
)

/** The start that is remembered under a principal's key. */
export async function findIdempotentStart(
  db: Db,
  principal: string,
  key: string,
): Promise<IdempotentStart | undefined> {
  const [row] = await startUnderKey(db, { principal, kept: keptOf(key), key })
  return row && { ...row, key, actionId: row.actionId as TxId } // Only `insertIdempotentStart` writes it.
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
  await db
    .replaceInto('idempotentStarts')
    .values({ ...start, key: keptOf(start.key) })
    .execute()
}

/** What is kept of a key: clients make it of whatever they like, and nobody needs to read it again. */
function keptOf(key: string): string {
  return `sha256:${hash('sha256', key, 'hex')}`
}
