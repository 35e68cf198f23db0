import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import type { About } from './define.ts'
import type { Target } from './target.ts'

/** @param done what the project's log says of the server when it has succeeded: `has been shut down` */
export async function aboutServer(
  { projectId, uuid }: Target,
  db: Db,
  { action, done }: { readonly action: string; readonly done: string },
): Promise<About> {
  const name = (await serverRecords.findAny(db, uuid))?.name ?? uuid
  return {
    projectId,
    kind: serverRecords.kind,
    uuid,
    name,
    log: { action, message: `Server '${name}' ${done}` },
  }
}
