import { routerRecords } from '../records/routers.ts'
import type { Db } from '../records/tables.ts'
import type { About } from './define.ts'
import type { Target } from './target.ts'

/** @param done what the project's log says of the router when it has succeeded: `has been deleted` */
export async function aboutRouter(
  { projectId, uuid }: Target,
  db: Db,
  { action, done }: { readonly action: string; readonly done: string },
): Promise<About> {
  const name = (await routerRecords.findAny(db, uuid))?.name ?? uuid
  return {
    projectId,
    kind: routerRecords.kind,
    uuid,
    name,
    log: { action, message: `Router '${name}' ${done}` },
  }
}
