import { networkRecords } from '../records/networks.ts'
import { subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { About } from './define.ts'
import type { Target } from './target.ts'

/**
 * A subnet has no name: it is called by its range, and by its network's name.
 *
 * @param done what the project's log says of the subnet when it has succeeded: `has been deleted`
 */
export async function aboutSubnet(
  { projectId, uuid }: Target,
  db: Db,
  { action, done }: { readonly action: string; readonly done: string },
): Promise<About> {
  const subnet = await subnetRecords.findAny(db, uuid)
  const network = subnet && (await networkRecords.findAny(db, subnet.networkUuid))
  const name = subnet?.cidr ?? uuid
  const message = `Subnet '${name}' of network '${network?.name}' ${done}`
  return { projectId, kind: subnetRecords.kind, uuid, name, log: { action, message } }
}
