import { InternalException } from 'evenkeel'
import { addressesOfProject, addressesOfServer, type ShownAddress } from '../records/addresses.ts'
import { type InterfaceRecord, interfacesOfProject, interfacesOfServer } from '../records/interfaces.ts'
import { type NetworkRecord, networkRecords } from '../records/networks.ts'
import { type GroupMember, membersBeside, membersOfProject } from '../records/server-groups.ts'
import type { ServerRecord } from '../records/servers.ts'
import {
  addressesOfInterfaces,
  type SubnetAddressRecord,
  subnetAddressesOfProject,
} from '../records/subnet-addresses.ts'
import { type SubnetRecord, subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import { type AttachedVolume, volumesByServer, volumesOfServer } from '../records/volumes.ts'

interface Named {
  readonly uuid: string
  readonly name: string
}

/** What servers are shown with, all in its order. */
export interface ServerParts {
  of(serverUuid: string): {
    readonly volumes: readonly AttachedVolume[]
    readonly interfaces: readonly InterfaceRecord[]
    readonly groups: readonly Named[]
    /** The other servers of these groups. */
    readonly groupMates: readonly Named[]
  }
  publicAddresses(interfaceUuid: string): readonly ShownAddress[]
  privateAddresses(interfaceUuid: string): readonly SubnetAddressRecord[]
  networkOf(uuid: string): NetworkRecord
  subnetOf(uuid: string): SubnetRecord
}

/** What servers of one project are shown with: no more queries for many of them than for one. */
export async function partsOfServers(servers: readonly ServerRecord[], db: Db): Promise<ServerParts> {
  const [first, ...more] = servers
  if (first === undefined) return shown(nothing)
  return shown(more.length === 0 ? await partsOfOne(first, db) : await partsOfMany(first.projectId, db))
}

type ByUuid<T> = ReadonlyMap<string, T>

interface Parts {
  readonly volumes: ByUuid<readonly AttachedVolume[]>
  readonly interfaces: ByUuid<readonly InterfaceRecord[]>
  readonly publicAddresses: ByUuid<readonly ShownAddress[]>
  readonly members: readonly GroupMember[]
  /** Only where an interface is on one. */
  readonly networks: PrivateParts | undefined
}

interface PrivateParts {
  readonly addresses: ByUuid<readonly SubnetAddressRecord[]>
  readonly networks: ByUuid<NetworkRecord>
  readonly subnets: ByUuid<SubnetRecord>
}

const nothing: Parts = {
  volumes: new Map(),
  interfaces: new Map(),
  publicAddresses: new Map(),
  members: [],
  networks: undefined,
}

async function partsOfOne({ uuid, projectId }: ServerRecord, db: Db): Promise<Parts> {
  const interfaces = await interfacesOfServer(db, uuid)
  const addresses = interfaces.some(isPublic) ? await addressesOfServer(db, uuid) : []
  const uuids = interfaces.map(one => one.uuid)
  return {
    volumes: new Map([[uuid, await volumesOfServer(db, uuid)]]),
    interfaces: new Map([[uuid, interfaces]]),
    publicAddresses: Map.groupBy(addresses, ({ interfaceUuid }) => interfaceUuid ?? ''),
    members: await membersBeside(db, uuid),
    networks: interfaces.every(isPublic)
      ? undefined
      : await networksOf(projectId, await addressesOfInterfaces(db, uuids), db),
  }
}

async function partsOfMany(projectId: string, db: Db): Promise<Parts> {
  const interfaces = await interfacesOfProject(db, projectId)
  return {
    volumes: await volumesByServer(db, projectId),
    interfaces,
    publicAddresses: await addressesOfProject(db, projectId),
    members: await membersOfProject(db, projectId),
    networks: [...interfaces.values()].flat().every(isPublic)
      ? undefined
      : await networksOf(projectId, await subnetAddressesOfProject(db, projectId), db),
  }
}

async function networksOf(
  projectId: string,
  addresses: PrivateParts['addresses'],
  db: Db,
): Promise<PrivateParts> {
  return {
    addresses,
    networks: byUuid(await networkRecords.list(db, projectId)),
    subnets: byUuid(await subnetRecords.list(db, projectId)),
  }
}

function shown({ volumes, interfaces, publicAddresses, members, networks }: Parts): ServerParts {
  const groupsOf = Map.groupBy(members, ({ serverUuid }) => serverUuid)
  const membersOf = Map.groupBy(members, ({ groupUuid }) => groupUuid)
  return {
    of(uuid) {
      const memberships = groupsOf.get(uuid) ?? []
      return {
        volumes: volumes.get(uuid) ?? [],
        interfaces: interfaces.get(uuid) ?? [],
        groups: memberships.map(({ groupUuid, groupName }) => ({ uuid: groupUuid, name: groupName })),
        groupMates: memberships
          .flatMap(({ groupUuid }) => membersOf.get(groupUuid) ?? [])
          .filter(({ serverUuid }) => serverUuid !== uuid)
          .map(({ serverUuid, serverName }) => ({ uuid: serverUuid, name: serverName })),
      }
    },
    publicAddresses: uuid => publicAddresses.get(uuid) ?? [],
    privateAddresses: uuid => networks?.addresses.get(uuid) ?? [],
    networkOf: uuid => networks?.networks.get(uuid) ?? missing('network', uuid),
    subnetOf: uuid => networks?.subnets.get(uuid) ?? missing('subnet', uuid),
  }
}

function isPublic({ networkUuid }: InterfaceRecord): boolean {
  return networkUuid === null
}

function byUuid<T extends { readonly uuid: string }>(all: readonly T[]): ByUuid<T> {
  return new Map(all.map(one => [one.uuid, one]))
}

function missing(kind: string, uuid: string): never {
  throw new InternalException(`A live server is on ${kind} ${uuid}, which isn't there.`)
}
