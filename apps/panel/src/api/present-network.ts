import type { NetworkRecord } from '../records/networks.ts'
import { type SubnetRecord, subnetRecords, subnetsOfNetwork } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'

/** Networks of one project as the API shows them. */
export async function presentNetworks(
  networks: readonly NetworkRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const subnets = Map.groupBy(await subnetsOf(networks, db), ({ networkUuid }) => networkUuid)
  return networks.map(network => presentNetwork(network, subnets.get(network.uuid) ?? [], href))
}

function presentNetwork(network: NetworkRecord, subnets: readonly SubnetRecord[], href: Href) {
  return {
    ...networkStub(network, href),
    zone: { slug: network.zone },
    mtu: network.mtu,
    subnets: subnets.map(subnet => subnetStub(subnet, href)),
    tags: network.tags,
    created_at: network.createdAt,
  }
}

/** How other objects show a network. */
export function networkStub({ uuid, name }: Pick<NetworkRecord, 'uuid' | 'name'>, href: Href) {
  return { href: href(`networks/${uuid}`), uuid, name }
}

/** How other objects show a subnet. */
export function subnetStub({ uuid, cidr }: Pick<SubnetRecord, 'uuid' | 'cidr'>, href: Href) {
  return { href: href(`subnets/${uuid}`), uuid, cidr }
}

async function subnetsOf(
  [first, ...more]: readonly NetworkRecord[],
  db: Db,
): Promise<readonly SubnetRecord[]> {
  if (first === undefined) return []
  return more.length === 0 ? subnetsOfNetwork(db, first.uuid) : subnetRecords.list(db, first.projectId)
}
