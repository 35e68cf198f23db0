import { NotFoundException } from 'evenkeel'
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
