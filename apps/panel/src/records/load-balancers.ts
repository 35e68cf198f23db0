import { NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'
import type { Db, LoadBalancersTable } from './tables.ts'

/** A load balancer as its owner knows it. */
export interface LoadBalancerRecord extends OwnedRecord {
  readonly name: string
  readonly zone: string
  readonly flavor: string
  /** Of itself: how its members are is asked of the cloud. */
  readonly status: LoadBalancersTable['status']
  readonly cloudLoadBalancerId: string | null
}

/** No such load balancer in the caller's project. For a day after a failed creation its message says why that failed. */
export class LoadBalancerNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const loadBalancerRecords = owned<LoadBalancerRecord>({
  table: 'loadBalancers',
  kind: 'load-balancer',
  label: 'Load balancer',
  notFound: (uuid, detail) => new LoadBalancerNotFoundException(uuid, detail),
})

/** The load balancer's id at the cloud, which every settled one has. */
export function cloudLoadBalancerIdOf({ uuid, cloudLoadBalancerId }: LoadBalancerRecord): string {
  if (cloudLoadBalancerId === null)
    throw new TypeError(`load balancer ${uuid} is settled without being at the cloud`)
  return cloudLoadBalancerId
}

/** What load balancers are called, by uuid, of those that are there. */
export async function loadBalancerNames(
  db: Db,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, { readonly uuid: string; readonly name: string }>> {
  if (uuids.length === 0) return new Map()
  const found = await db
    .selectFrom('loadBalancers')
    .select(['uuid', 'name'])
    .where('uuid', 'in', uuids)
    .where('deletedAt', 'is', null)
    .execute()
  return new Map(found.map(loadBalancer => [loadBalancer.uuid, loadBalancer]))
}

/** What the cloud calls load balancers, of those that are there at the cloud. */
export async function cloudIdsOfLoadBalancers(db: Db, uuids: readonly string[]): Promise<readonly string[]> {
  if (uuids.length === 0) return []
  const found = await db
    .selectFrom('loadBalancers')
    .select('cloudLoadBalancerId')
    .where('uuid', 'in', uuids)
    .execute()
  return found.flatMap(({ cloudLoadBalancerId }) => cloudLoadBalancerId ?? [])
}
