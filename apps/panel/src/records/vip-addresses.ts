import { subnetOf } from './addresses.ts'
import type { Db } from './tables.ts'

/** An address that a load balancer is reached by. */
export interface VipAddress {
  readonly loadBalancerUuid: string
  readonly version: 4 | 6
  readonly address: string
  readonly isPublic: boolean
  readonly subnet: { readonly uuid: string; readonly cidr: string }
}

/** The addresses of load balancers, by uuid, each in its order: as asked for, or IPv4 first. */
export async function vipAddressesOf(
  db: Db,
  loadBalancerUuids: readonly string[],
): Promise<ReadonlyMap<string, readonly VipAddress[]>> {
  if (loadBalancerUuids.length === 0) return new Map()
  const interfaces = db
    .selectFrom('interfaces')
    .where('interfaces.loadBalancerUuid', 'in', loadBalancerUuids)
    .where('interfaces.position', 'is not', null)
    .select(({ ref }) => ref('interfaces.loadBalancerUuid').$notNull().as('loadBalancerUuid'))
  const publicOnes = await interfaces
    .innerJoin('addresses', 'addresses.interfaceUuid', 'interfaces.uuid')
    .selectAll('addresses')
    .orderBy('addresses.version')
    .execute()
  const privateOnes = await interfaces
    .innerJoin('subnetAddresses', 'subnetAddresses.interfaceUuid', 'interfaces.uuid')
    .innerJoin('subnets', 'subnets.uuid', 'subnetAddresses.subnetUuid')
    .select(['subnetAddresses.version', 'subnetAddresses.address', 'subnets.uuid', 'subnets.cidr'])
    .orderBy('interfaces.position')
    .execute()
  const all = [
    ...publicOnes.map(({ loadBalancerUuid, ...record }) => {
      const { uuid, cidr } = subnetOf(record)
      return {
        loadBalancerUuid,
        version: record.version,
        address: record.address,
        isPublic: true,
        subnet: { uuid, cidr },
      }
    }),
    ...privateOnes.map(({ loadBalancerUuid, version, address, ...subnet }) => ({
      loadBalancerUuid,
      version,
      address,
      isPublic: false,
      subnet,
    })),
  ]
  return Map.groupBy(all, ({ loadBalancerUuid }) => loadBalancerUuid)
}
