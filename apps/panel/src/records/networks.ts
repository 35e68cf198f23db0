import { NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'
import type { Db } from './tables.ts'

/** A private network as its owner knows it. */
export interface NetworkRecord extends OwnedRecord {
  readonly name: string
  readonly zone: string
  /** The largest packet, in bytes. */
  readonly mtu: number
  readonly cloudNetworkId: string | null
}

/** No such network in the caller's project. For a day after a failed creation its message says why that failed. */
export class NetworkNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const networkRecords = owned<NetworkRecord>({
  table: 'networks',
  kind: 'network',
  label: 'Network',
  notFound: (uuid, detail) => new NetworkNotFoundException(uuid, detail),
})

/** The network's id at the cloud, which every settled network has. */
export function cloudNetworkIdOf({ uuid, cloudNetworkId }: NetworkRecord): string {
  if (cloudNetworkId === null) throw new TypeError(`network ${uuid} is settled without being at the cloud`)
  return cloudNetworkId
}

/** The project's oldest network of this name in the zone. */
export async function findNetworkNamed(
  db: Db,
  { projectId, zone, name }: Pick<NetworkRecord, 'projectId' | 'zone' | 'name'>,
): Promise<NetworkRecord | undefined> {
  const named = await networkRecords.list(db, projectId, { names: [name] })
  return named.find(network => network.zone === zone)
}
