import type { Selectable } from 'kysely'
import type { FindingRecord } from './findings.ts'
import type { Db, ReconcilerRunsTable } from './tables.ts'

/** A comparison of the records with the cloud that has ended. */
export interface RunSummary {
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** How many objects of each kind were compared; a kind that it didn't come to is not there. */
  readonly compared: { readonly [objectKind: string]: number }
  /** How many objects at the cloud are none of ours. */
  readonly othersCount: number
  /** How many findings there were of each kind, those that were known or dismissed before as well. */
  readonly found: { readonly [Kind in FindingRecord['kind']]: number }
  /** Why it ended before its end; undefined if it did not. */
  readonly exception: { readonly name: string; readonly message: string } | undefined
}

/** How many are kept. */
const runsKept = 100

/** Keeps it, and drops those that are too many. */
export async function insertRun(db: Db, run: RunSummary): Promise<void> {
  const { compared, found, exception, ...columns } = run
  await db
    .insertInto('reconcilerRuns')
    .values({
      ...columns,
      comparedJson: JSON.stringify(compared),
      foundJson: JSON.stringify(found),
      exceptionJson: exception === undefined ? null : JSON.stringify(exception),
    })
    .execute()
  const kept = db.selectFrom('reconcilerRuns').select('id').orderBy('id', 'desc').limit(runsKept)
  await db.deleteFrom('reconcilerRuns').where('id', 'not in', kept).execute()
}

/** The last ones, newest first. */
export async function listRuns(
  db: Db,
  { limit }: { readonly limit: number },
): Promise<readonly RunSummary[]> {
  const rows = await db.selectFrom('reconcilerRuns').selectAll().orderBy('id', 'desc').limit(limit).execute()
  return rows.map(summaryOf)
}

function summaryOf({
  id: _,
  comparedJson,
  foundJson,
  exceptionJson,
  ...columns
}: Selectable<ReconcilerRunsTable>): RunSummary {
  return {
    ...columns,
    compared: JSON.parse(comparedJson),
    found: JSON.parse(foundJson),
    exception: exceptionJson === null ? undefined : JSON.parse(exceptionJson),
  }
}
