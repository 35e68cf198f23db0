import { type AddressRecord, publicAddressesOf, subnetOf } from '../records/addresses.ts'
import { type InterfaceRecord, interfacesOfRouters } from '../records/interfaces.ts'
import { type NetworkRecord, networkRecords } from '../records/networks.ts'
import type { RouterRecord } from '../records/routers.ts'
import { addressesOfInterfaces, type SubnetAddressRecord } from '../records/subnet-addresses.ts'
import { type SubnetRecord, subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'
import { networkStub, subnetStub } from './present-network.ts'

/** What routers are shown with. */
interface RouterParts {
  /** By router, with those that lead to the internet. */
  readonly interfaces: ReadonlyMap<string, readonly InterfaceRecord[]>
  /** By interface. */
  readonly publicAddresses: ReadonlyMap<string, readonly AddressRecord[]>
  readonly addresses: ReadonlyMap<string, readonly SubnetAddressRecord[]>
  readonly networks: ReadonlyMap<string, NetworkRecord>
  readonly subnets: ReadonlyMap<string, SubnetRecord>
}

/** Routers of one project as the API shows them. */
export async function presentRouters(
  routers: readonly RouterRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const parts = await partsOf(routers, db)
  return routers.map(router => {
    const interfaces = parts.interfaces.get(router.uuid) ?? []
    return {
      href: href(`routers/${router.uuid}`),
      uuid: router.uuid,
      name: router.name,
      zone: { slug: router.zone },
      status: router.status,
      internet_gateway: router.isInternetGateway,
      internet_gateway_addresses: interfaces.flatMap(({ uuid }) =>
        (parts.publicAddresses.get(uuid) ?? []).map(address => presentPublicAddress(address, href)),
      ),
      interfaces: interfaces.flatMap(one => presentInterface(one, parts, href)),
      tags: router.tags,
    }
  })
}

/** One of the interfaces of a router, as the router shows it; undefined for one that its owner doesn't see. */
export async function presentRouterInterface(
  router: RouterRecord,
  interfaceUuid: string,
  db: Db,
  href: Href,
): Promise<object | undefined> {
  const parts = await partsOf([router], db)
  const found = parts.interfaces.get(router.uuid)?.find(({ uuid }) => uuid === interfaceUuid)
  return found && presentInterface(found, parts, href)[0]
}

async function partsOf(routers: readonly RouterRecord[], db: Db): Promise<RouterParts> {
  const projectId = routers[0]?.projectId ?? ''
  const interfaces = await interfacesOfRouters(
    db,
    routers.map(({ uuid }) => uuid),
  )
  const uuids = [...interfaces.values()].flat().map(({ uuid }) => uuid)
  return {
    interfaces,
    publicAddresses: await publicAddressesOf(db, uuids),
    addresses: await addressesOfInterfaces(db, uuids),
    networks: byUuid(uuids.length === 0 ? [] : await networkRecords.list(db, projectId)),
    subnets: byUuid(uuids.length === 0 ? [] : await subnetRecords.list(db, projectId)),
  }
}

/** What leads to the internet is no interface for its owner. */
function presentInterface(
  { uuid, networkUuid, macAddress = null }: InterfaceRecord,
  { addresses, networks, subnets }: RouterParts,
  href: Href,
): readonly object[] {
  const network = networks.get(networkUuid ?? '')
  if (network === undefined) return []
  const shown = (addresses.get(uuid) ?? []).map(({ version, address, subnetUuid }) => {
    const subnet = subnets.get(subnetUuid)
    return { version, address, subnet: subnet && subnetStub(subnet, href), reverse_ptr: null }
  })
  return [
    { uuid, type: 'private', network: networkStub(network, href), addresses: shown, mac_address: macAddress },
  ]
}

function presentPublicAddress(record: AddressRecord, href: Href) {
  const { version, address } = record
  return { version, address, subnet: subnetStub(subnetOf(record), href), reverse_ptr: null }
}

function byUuid<T extends { readonly uuid: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map(one => [one.uuid, one]))
}
