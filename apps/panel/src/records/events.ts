import type { Db } from './tables.ts'

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
  await db.insertInto('events').values(event).execute()
}
