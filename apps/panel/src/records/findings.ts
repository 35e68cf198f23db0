import { type Selectable, sql } from 'kysely'
import type { Db, FindingsTable } from './tables.ts'

/** Something in which records and cloud differ, and what has become of it. */
export type FindingRecord = Readonly<
  Omit<Selectable<FindingsTable>, 'remediesJson'> & { readonly remedies: readonly Remedy[] }
>

/** What an operator can have done about a finding. */
export interface Remedy {
  /** For programs: `resize`. */
  readonly name: string
  /** On a button: "Resize it". */
  readonly label: string
  /** What will be done and what can't be taken back, as sentences for who is about to ask for it. */
  readonly consequence: string
}

/** Something in which records and cloud differ, as a run of the reconciler has just seen it. */
export interface SeenFinding {
  /** `orphan`: the cloud has it, and no record. `missing`: the reverse. `broken`: in an error state that its record doesn't know of. */
  readonly kind: FindingRecord['kind']
  /** What it is, in the words of the API where it has one: `server`, `port`, `route`. */
  readonly objectKind: string
  /** What the cloud calls it. This, or else its uuid, tells one object from another. */
  readonly cloudId: string | null
  /** Of its record. */
  readonly objectUuid: string | null
  readonly projectId: string | null
  readonly objectName: string | null
  /** The one that differs; empty for the whole object. */
  readonly field: string
  /** One sentence: what is where, and what the records say. */
  readonly what: string
  readonly remedies: readonly Remedy[]
}

/** How long what has become of a finding is told, in milliseconds: 30 days. */
export const findingsKeptMs = 30 * 24 * 60 * 60 * 1000

/**
 * Notes that a run has seen this, and when. One that is the same, to the word, as one that was dismissed stays dismissed.
 *
 * @returns the finding as it stands now: its state says whether anybody has to do anything
 */
export async function reportFinding(db: Db, seen: SeenFinding, nowMs: number): Promise<FindingRecord> {
  const { remedies, ...columns } = seen
  const row = { ...columns, remediesJson: JSON.stringify(remedies), lastSeenAtMs: nowMs }
  const known = (await findUnsettled(db, seen)) ?? (await findDismissed(db, seen))
  if (known === undefined) {
    const inserted = await db
      .insertInto('findings')
      .values({ ...row, state: 'open', firstSeenAtMs: nowMs })
      .returningAll()
      .executeTakeFirstOrThrow()
    return recordOf(inserted)
  }
  const refreshed = await db
    .updateTable('findings')
    .set(row)
    .where('id', '=', known.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return recordOf(refreshed)
}

type Identity = Pick<SeenFinding, 'kind' | 'objectKind' | 'cloudId' | 'objectUuid' | 'field'>

async function findUnsettled(db: Db, identity: Identity) {
  return same(db, identity).where('settledAtMs', 'is', null).executeTakeFirst()
}

async function findDismissed(db: Db, seen: SeenFinding) {
  // Written out: the index of those that were dismissed is not found for a parameter.
  return same(db, seen)
    .where('state', '=', sql.lit('dismissed' as const))
    .where('what', '=', seen.what)
    .executeTakeFirst()
}

function same(db: Db, { kind, objectKind, cloudId, objectUuid, field }: Identity) {
  return db
    .selectFrom('findings')
    .select('id')
    .where('kind', '=', kind)
    .where('objectKind', '=', objectKind)
    .where(({ fn }) => fn.coalesce('cloudId', 'objectUuid'), '=', cloudId ?? objectUuid)
    .where('field', '=', field)
}

/**
 * Settles what is open of these kinds of objects and was seen before this time, but not since: it is not there any more.
 *
 * @param objectKinds those that a run has compared to the end
 * @returns how many
 */
export async function settleUnseen(
  db: Db,
  {
    objectKinds,
    runStartedAtMs,
    nowMs,
  }: { readonly objectKinds: readonly string[]; readonly runStartedAtMs: number; readonly nowMs: number },
): Promise<number> {
  if (objectKinds.length === 0) return 0
  const { numUpdatedRows } = await db
    .updateTable('findings')
    .set({ state: 'passed', settledAtMs: nowMs, nextTryAtMs: null })
    .where('state', '=', 'open')
    .where('objectKind', 'in', objectKinds)
    .where('lastSeenAtMs', '<', runStartedAtMs)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

/** What is known of these objects stays as it is: something is at work on them, so that nobody can say whether it is still so. */
export async function keepFindings(
  db: Db,
  objectKind: string,
  cloudIds: readonly string[],
  nowMs: number,
): Promise<void> {
  if (cloudIds.length === 0) return
  await db
    .updateTable('findings')
    .set({ lastSeenAtMs: nowMs })
    .where('objectKind', '=', objectKind)
    .where('cloudId', 'in', sql<string>`(select value from json_each(${JSON.stringify(cloudIds)}))`)
    .where('settledAtMs', 'is', null)
    .execute()
}

/** Written when a repair has been admitted. @returns false if the finding isn't open any more: another one is about it, or nobody wants it */
export async function beginRepair(db: Db, id: number, actionId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('findings')
    .set(({ eb }) => ({ state: 'repairing', actionId, attempts: eb('attempts', '+', 1), nextTryAtMs: null }))
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows) === 1
}

/** How a repair has ended. */
export type RepairOutcome =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'rolled-back'
      readonly reason: string
      /** When it is tried again by itself; null for never. */
      readonly nextTryAtMs: number | null
    }

/** Written by the end of a repair; what it was about is settled, or open again. It may run twice. */
export async function endRepair(
  db: Db,
  actionId: string,
  outcome: RepairOutcome,
  nowMs: number,
): Promise<void> {
  const changes =
    outcome.kind === 'succeeded'
      ? { state: 'repaired' as const, settledAtMs: nowMs }
      : { state: 'open' as const, lastReason: outcome.reason, nextTryAtMs: outcome.nextTryAtMs }
  await db
    .updateTable('findings')
    .set(changes)
    .where('actionId', '=', actionId)
    .where('state', '=', 'repairing')
    .execute()
}

/** An operator has decided that it stays as it is. @returns false if the finding isn't open any more */
export async function dismissFinding(
  db: Db,
  id: number,
  { by, reason }: { readonly by: string; readonly reason: string },
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('findings')
    .set({
      state: 'dismissed',
      settledAtMs: nowMs,
      nextTryAtMs: null,
      dismissedBy: by,
      dismissedReason: reason,
    })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows) === 1
}

export async function findFinding(db: Db, id: number): Promise<FindingRecord | undefined> {
  const row = await db.selectFrom('findings').selectAll().where('id', '=', id).executeTakeFirst()
  return row && recordOf(row)
}

/** Which findings are asked for: all that is given must hold. */
export interface FindingQuery {
  /** In one of these states. @default all */
  readonly states?: readonly FindingRecord['state'][] | undefined
  /** Those that are older than this one. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Newest first. */
export async function listFindings(
  db: Db,
  { states, before, limit }: FindingQuery,
): Promise<readonly FindingRecord[]> {
  let query = db.selectFrom('findings').selectAll().orderBy('id', 'desc').limit(limit)
  if (states !== undefined) query = query.where('state', 'in', states)
  if (before !== undefined) query = query.where('id', '<', before)
  return (await query.execute()).map(recordOf)
}

/** How many are open, and how many are being repaired. */
export async function countUnsettled(db: Db): Promise<{ readonly open: number; readonly repairing: number }> {
  const countOf = async (state: 'open' | 'repairing') => {
    const { count } = await db
      .selectFrom('findings')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', state)
      .executeTakeFirstOrThrow()
    return count
  }
  return { open: await countOf('open'), repairing: await countOf('repairing') }
}

/**
 * Drops those that were settled before this time. What was dismissed is remembered for as long as it is seen.
 *
 * @param limit how many at most
 * @returns whether there may be more of them
 */
export async function pruneFindings(
  db: Db,
  beforeMs: number,
  { limit }: { readonly limit: number },
): Promise<boolean> {
  const old = db
    .selectFrom('findings')
    .select('id')
    .where('settledAtMs', '<', beforeMs)
    .where('lastSeenAtMs', '<', beforeMs)
    .limit(limit)
  const { numDeletedRows } = await db.deleteFrom('findings').where('id', 'in', old).executeTakeFirstOrThrow()
  return Number(numDeletedRows) === limit
}

function recordOf({ remediesJson, ...row }: Selectable<FindingsTable>): FindingRecord {
  return { ...row, remedies: JSON.parse(remediesJson) }
}
