import type { Selectable } from 'kysely'
import type { Db, ProjectsTable } from './tables.ts'

/** What isolates tenants from each other: every resource and every token belongs to one. */
export type ProjectRecord = Readonly<Selectable<ProjectsTable>>

export async function insertProject(db: Db, project: ProjectRecord): Promise<void> {
  await db.insertInto('projects').values(project).execute()
}

export async function findProject(db: Db, id: string): Promise<ProjectRecord | undefined> {
  return db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The project that was made at the first start. */
export async function oldestProject(db: Db): Promise<ProjectRecord | undefined> {
  return db.selectFrom('projects').selectAll().orderBy('createdAt').limit(1).executeTakeFirst()
}

/** All projects, oldest first. */
export async function listProjects(db: Db): Promise<readonly ProjectRecord[]> {
  return db.selectFrom('projects').selectAll().orderBy('createdAt').orderBy('id').execute()
}
