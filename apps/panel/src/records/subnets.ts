import { NotFoundException } from 'evenkeel'
import { providerNameServers } from '../addressing/name-servers.ts'
import { type OwnedRecord, owned } from './owned.ts'
import type { Db } from './tables.ts'

/** A range of addresses on a network, as its owner knows it. */
export interface SubnetRecord extends OwnedRecord {
  readonly networkUuid: string
  /** Canonical. */
  readonly cidr: string
  readonly gatewayAddress: string | null
  /** Null for the provider's. */
  readonly dnsServers: readonly string[] | null
  readonly cloudSubnetId: string | null
}

/** No such subnet in the caller's project. For a day after a failed creation its message says why that failed. */
export class SubnetNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const subnetRecords = owned<SubnetRecord>({
  table: 'subnets',
  kind: 'subnet',
  label: 'Subnet',
  nameOf: ({ cidr }) => cidr,
  json: ['dnsServers'],
  notFound: (uuid, detail) => new SubnetNotFoundException(uuid, detail),
})

/** A network's live subnets, oldest first: in this order they are asked for an address. */
export function subnetsOfNetwork(db: Db, networkUuid: string): Promise<readonly SubnetRecord[]> {
  return subnetRecords.listWhere(db, 'networkUuid', networkUuid)
}

/** The same, with those that an action still removes: at the cloud they are there. */
export async function subnetsStillOnNetwork(db: Db, networkUuid: string): Promise<readonly SubnetRecord[]> {
  const leaving = await db
    .selectFrom('subnets')
    .innerJoin('projectActions', 'projectActions.objectUuid', 'subnets.uuid')
    .select('subnets.uuid')
    .distinct()
    .where('subnets.networkUuid', '=', networkUuid)
    .where('subnets.deletedAt', 'is not', null)
    .where('projectActions.state', '=', 'running')
    .execute()
  const found = await Promise.all(leaving.map(({ uuid }) => subnetRecords.findAny(db, uuid)))
  return [...(await subnetsOfNetwork(db, networkUuid)), ...found.filter(subnet => subnet !== undefined)]
}

/** The subnet's id at the cloud, which every settled subnet has. */
export function cloudSubnetIdOf({ uuid, cloudSubnetId }: SubnetRecord): string {
  if (cloudSubnetId === null) throw new TypeError(`subnet ${uuid} is settled without being at the cloud`)
  return cloudSubnetId
}

/** What a subnet's servers resolve names by. */
export function nameServersOf({ dnsServers }: Pick<SubnetRecord, 'dnsServers'>): readonly string[] {
  return dnsServers ?? providerNameServers
}

/** The ranges of subnets, by uuid. */
export async function subnetCidrs(db: Db, uuids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (uuids.length === 0) return new Map()
  const found = await db.selectFrom('subnets').select(['uuid', 'cidr']).where('uuid', 'in', uuids).execute()
  return new Map(found.map(({ uuid, cidr }) => [uuid, cidr]))
}
