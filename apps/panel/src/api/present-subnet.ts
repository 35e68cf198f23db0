import { type NetworkRecord, networkRecords } from '../records/networks.ts'
import { nameServersOf, type SubnetRecord } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'
import { networkStub, subnetStub } from './present-network.ts'

/** Subnets of one project as the API shows them. */
export async function presentSubnets(
  subnets: readonly SubnetRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const networks = new Map((await networksOf(subnets, db)).map(network => [network.uuid, network]))
  return subnets.map(subnet => presentSubnet(subnet, networks.get(subnet.networkUuid), href))
}

function presentSubnet(subnet: SubnetRecord, network: NetworkRecord | undefined, href: Href) {
  return {
    ...subnetStub(subnet, href),
    network: network && { ...networkStub(network, href), zone: { slug: network.zone } },
    gateway_address: subnet.gatewayAddress,
    dns_servers: nameServersOf(subnet),
    tags: subnet.tags,
  }
}

/** A network is gone only together with its subnets: each one's is found. */
async function networksOf(
  [first, ...more]: readonly SubnetRecord[],
  db: Db,
): Promise<readonly NetworkRecord[]> {
  if (first === undefined) return []
  if (more.length > 0) return networkRecords.list(db, first.projectId)
  const network = await networkRecords.findAny(db, first.networkUuid)
  return network === undefined ? [] : [network]
}
