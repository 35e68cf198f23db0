import { AuthorizationException } from 'evenkeel'
import type { Selectable } from 'kysely'
import { asSentence } from './as-sentence.ts'
import { type Places, prepared } from './prepared.ts'
import type { Db, SuspensionsTable } from './tables.ts'

/** That a project is suspended: its servers are shut down, and its tokens change nothing. */
export type SuspensionRecord = Readonly<Selectable<SuspensionsTable>>

/** Operators have suspended the project. Nothing of it is lost; a retry finds the same until they resume it. */
export class ProjectSuspendedException extends AuthorizationException<{
  since: string
  message: string | null
}> {
  constructor({ since, message }: Pick<SuspensionRecord, 'since' | 'message'>) {
    const why = message === null ? '' : ` ${asSentence(message)}`
    super(
      `This project has been suspended since ${since}.${why} Everything in it is kept as it is and can be looked at, but nothing can be changed. Ask support to have it resumed.`,
      { data: { since, message } },
    )
  }
}

type OfProject = Places<{ projectId: string }>

// Asked with everything that changes something.
const byProject = prepared((db: Db, { projectId }: OfProject) =>
  db.selectFrom('suspensions').selectAll().where('projectId', '=', projectId),
)

/** What is known of the project's suspension; undefined where it is not suspended. */
export async function findSuspension(db: Db, projectId: string): Promise<SuspensionRecord | undefined> {
  const [suspension] = await byProject(db, { projectId })
  return suspension
}

/** @throws {ProjectSuspendedException} the project is suspended */
export async function requireNotSuspended(db: Db, projectId: string): Promise<void> {
  const suspension = await findSuspension(db, projectId)
  if (suspension !== undefined) throw new ProjectSuspendedException(suspension)
}

export async function insertSuspension(db: Db, suspension: SuspensionRecord): Promise<void> {
  await db.insertInto('suspensions').values(suspension).execute()
}

/** Says otherwise why the project is suspended. @returns whether it is */
export async function updateSuspension(
  db: Db,
  projectId: string,
  why: Pick<SuspensionRecord, 'reason' | 'message'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('suspensions')
    .set(why)
    .where('projectId', '=', projectId)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function deleteSuspension(db: Db, projectId: string): Promise<void> {
  await db.deleteFrom('suspensions').where('projectId', '=', projectId).execute()
}
