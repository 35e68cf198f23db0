import { AuthenticationException, NotFoundException } from 'evenkeel'
import type { Selectable } from 'kysely'
import type { Db, ProjectsTable } from './tables.ts'

/** What isolates tenants from each other: every resource and every token belongs to one. */
export type ProjectRecord = Readonly<Selectable<ProjectsTable>>

/** There is no such project, or none any more. */
export class ProjectNotFoundException extends NotFoundException<{ id: string }> {
  constructor(id: string) {
    super(`There is no project '${id}'. GET /projects lists those that there are.`, { data: { id } })
  }
}

/** The project was deleted while something was asked for in it. */
export class ProjectDeletedException extends AuthenticationException {
  constructor() {
    super('The project of this token was deleted, and its tokens with it. Use a token of another project.')
  }
}

export async function insertProject(db: Db, project: ProjectRecord): Promise<void> {
  await db.insertInto('projects').values(project).execute()
}

/** The live project with this id. */
export async function findProject(db: Db, id: string): Promise<ProjectRecord | undefined> {
  return db
    .selectFrom('projects')
    .selectAll()
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
}

/** The same. @throws {ProjectNotFoundException} there is none */
export async function requireProject(db: Db, id: string): Promise<ProjectRecord> {
  const project = await findProject(db, id)
  if (project === undefined) throw new ProjectNotFoundException(id)
  return project
}

/** The project that was made at the first start, deleted or not: its id is given to no other. */
export async function oldestProject(db: Db): Promise<ProjectRecord | undefined> {
  return db.selectFrom('projects').selectAll().orderBy('createdAt').orderBy('id').limit(1).executeTakeFirst()
}

/** Whether the id was ever given to a project. */
export async function isProjectIdTaken(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('projects').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}

/** The live projects, oldest first. */
export async function listProjects(db: Db): Promise<readonly ProjectRecord[]> {
  return db
    .selectFrom('projects')
    .selectAll()
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

export async function updateProject(
  db: Db,
  id: string,
  changes: Partial<Omit<ProjectRecord, 'id' | 'createdAt'>>,
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  await db.updateTable('projects').set(changes).where('id', '=', id).execute()
}
