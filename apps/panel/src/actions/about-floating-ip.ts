import { floatingIpRecords } from '../records/floating-ips.ts'
import type { Db } from '../records/tables.ts'
import type { About } from './define.ts'
import type { Target } from './target.ts'

/** @param done what the project's log says of the floating IP when it has succeeded: `has been created` */
export async function aboutFloatingIp(
  { projectId, uuid }: Target,
  db: Db,
  { action, done }: { readonly action: string; readonly done: string },
): Promise<About> {
  const record = await floatingIpRecords.findAny(db, uuid)
  const name = record === undefined ? uuid : floatingIpRecords.nameOf(record)
  return {
    projectId,
    kind: floatingIpRecords.kind,
    uuid,
    name,
    log: { action, message: `Floating IP '${name}' ${done}` },
  }
}
