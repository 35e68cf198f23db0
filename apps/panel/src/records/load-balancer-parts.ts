import type { Owned, OwnedRecord } from './owned.ts'

/** What a load balancer is put together from: its changes are those of the load balancer, which has one at a time. */
export interface LoadBalancerPartRecord extends OwnedRecord {
  readonly loadBalancerUuid: string
  readonly cloudPartId: string | null
}

/** The part's id at the cloud, which every settled one has. */
export function cloudPartIdOf<R extends LoadBalancerPartRecord>(
  { kind }: Pick<Owned<R>, 'kind'>,
  { uuid, cloudPartId }: R,
): string {
  if (cloudPartId === null) throw new TypeError(`${kind} ${uuid} is settled without being at the cloud`)
  return cloudPartId
}
