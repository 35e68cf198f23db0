import { NotFoundException } from 'evenkeel'
import { networkOf } from '../addressing/floating-pools.ts'
import { loadBalancerRecords } from './load-balancers.ts'
import { type OwnedRecord, owned } from './owned.ts'
import { serverRecords } from './servers.ts'
import type { Db } from './tables.ts'

/** A floating address, or a network of them, as its owner knows it. */
export interface FloatingIpRecord extends OwnedRecord {
  /** The first one of its network. */
  readonly address: string
  readonly version: 4 | 6
  readonly prefixLength: number
  readonly type: 'regional' | 'global'
  /** Null if it is global. */
  readonly region: string | null
  readonly pool: string
  readonly ordinal: number
  /** What it is assigned to. To one of the two: what is deleted stays here until no route leads to it any more. */
  readonly serverUuid: string | null
  readonly loadBalancerUuid: string | null
  /** The address of that which it leads to. */
  readonly nextHop: string | null
  /** Null for a network of several addresses. */
  readonly reversePtr: string | null
  /** Until it is made: the creation that is to give its address back if it fails, then the key of the step that does. */
  readonly heldBy: string | null
  /** Whether others may be given its address. */
  readonly isReleased: boolean
}

/** No such floating IP in the caller's project. For a day after a failed creation its message says why that failed. */
export class FloatingIpNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const floatingIpRecords = owned<FloatingIpRecord>({
  table: 'floatingIps',
  kind: 'floating-ip',
  label: 'Floating IP',
  nameOf: networkOf,
  notFound: (uuid, detail) => new FloatingIpNotFoundException(uuid, detail),
})

/** The uuid of the project's last one with this address, deleted or not. */
export async function findLastFloatingIp(
  db: Db,
  projectId: string,
  address: string,
): Promise<string | undefined> {
  const last = await db
    .selectFrom('floatingIps')
    .select('uuid')
    .where('projectId', '=', projectId)
    .where('address', '=', address)
    .orderBy('createdAt', 'desc')
    .executeTakeFirst()
  return last?.uuid
}

/** What floating IPs can lead to, by the column that names it. */
export type FloatingIpTargetColumn = 'serverUuid' | 'loadBalancerUuid'

/** Those that lead to a server, or whose deletion has not seen to yet that they don't. */
export async function floatingIpsOfServer(db: Db, serverUuid: string): Promise<readonly FloatingIpRecord[]> {
  return floatingIpsLeadingTo(db, 'serverUuid', serverUuid)
}

/** The same for a load balancer. */
export async function floatingIpsOfLoadBalancer(
  db: Db,
  loadBalancerUuid: string,
): Promise<readonly FloatingIpRecord[]> {
  return floatingIpsLeadingTo(db, 'loadBalancerUuid', loadBalancerUuid)
}

async function floatingIpsLeadingTo(
  db: Db,
  column: FloatingIpTargetColumn,
  uuid: string,
): Promise<readonly FloatingIpRecord[]> {
  const all = await db
    .selectFrom('floatingIps')
    .select('uuid')
    .where(column, '=', uuid)
    .where('isReleased', '=', 0)
    .orderBy('createdAt')
    .execute()
  const records = await Promise.all(all.map(({ uuid }) => floatingIpRecords.findAny(db, uuid)))
  return records.filter(record => record !== undefined)
}

/** The servers that they are assigned to, by uuid: those that are there. */
export async function assignedServers(
  db: Db,
  floatingIps: readonly FloatingIpRecord[],
): Promise<ReadonlyMap<string, { readonly uuid: string; readonly name: string }>> {
  const uuids = floatingIps.flatMap(({ serverUuid }) => serverUuid ?? [])
  if (uuids.length === 0) return new Map()
  const servers = await db
    .selectFrom('servers')
    .select(['uuid', 'name'])
    .where('uuid', 'in', uuids)
    .where('deletedAt', 'is', null)
    .execute()
  return new Map(servers.map(server => [server.uuid, server]))
}

/**
 * Where it is to lead by now, whatever an action that runs on it is about to change; null for nowhere: neither one that
 * is gone leads anywhere, nor one that is still being made, nor one whose target is gone.
 */
export async function nextHopNow(db: Db, floatingIp: FloatingIpRecord): Promise<string | null> {
  const { deletedAt, heldBy, serverUuid, loadBalancerUuid, nextHop } = floatingIp
  if (deletedAt !== null || heldBy !== null) return null
  const target =
    serverUuid === null
      ? await loadBalancerRecords.findAny(db, loadBalancerUuid ?? '')
      : await serverRecords.findAny(db, serverUuid)
  return target?.deletedAt === null ? nextHop : null
}

/** What is to be its reverse pointer by now; null for none. */
export function reversePtrNow({ deletedAt, heldBy, reversePtr }: FloatingIpRecord): string | null {
  return deletedAt === null && heldBy === null ? reversePtr : null
}

/** It is assigned to this target no more, if it still was. */
export async function unassign(
  db: Db,
  uuid: string,
  column: FloatingIpTargetColumn,
  targetUuid: string,
): Promise<void> {
  await db
    .updateTable('floatingIps')
    .set({ [column]: null, nextHop: null })
    .where('uuid', '=', uuid)
    .where(column, '=', targetUuid)
    .execute()
}
