import { ValidationException } from 'evenkeel'
import { type Cidr, overlap, parseCidr } from '../addressing/cidr.ts'
import { requireSettled } from '../records/busy.ts'
import { interfacesOfRouter } from '../records/interfaces.ts'
import { type NetworkRecord, networkRecords } from '../records/networks.ts'
import { requireReference } from '../records/reference.ts'
import type { RouterRecord } from '../records/routers.ts'
import { addressesOfInterfaces } from '../records/subnet-addresses.ts'
import { type SubnetRecord, subnetRecords, subnetsOfNetwork } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { FoundAddress, WantedAddress } from './wanted-interfaces.ts'

/** An interface that a router is asked to have. */
export interface WantedRouterInterface {
  /** Undefined for that of the subnets, of which there is at least one. */
  readonly networkUuid: string | undefined
  /** None for one of the network's first subnet. */
  readonly addresses: readonly WantedAddress[]
}

/** The same with what it refers to. */
export interface FoundRouterInterface {
  readonly network: NetworkRecord
  /** At least one. */
  readonly addresses: readonly FoundAddress[]
}

/**
 * Looks up the network that a router is to be on, and the subnets that it is to have addresses of.
 *
 * @throws {ValidationException} the project has no such network or subnet, or the router can't lead there
 * @throws {ObjectBusyException} something runs on the network or subnet
 */
export async function findRouterInterface(
  db: Db,
  router: RouterRecord,
  { networkUuid, addresses }: WantedRouterInterface,
): Promise<FoundRouterInterface> {
  const found: FoundAddress[] = []
  for (const [at, { subnetUuid, address }] of addresses.entries()) {
    const path = `addresses[${at}].subnet`
    found.push({
      subnet: await requireReference(db, subnetRecords, router.projectId, subnetUuid, path),
      address,
    })
  }
  const path = networkUuid === undefined ? 'addresses[0].subnet' : 'network'
  const uuid = networkUuid ?? found[0]?.subnet.networkUuid ?? ''
  const network = await requireReference(db, networkRecords, router.projectId, uuid, path)
  requireSubnetsOf(network, found)
  await requireSettled(db, networkRecords, network)
  if (network.zone !== router.zone) {
    throw new ValidationException({
      [path]: `The network is in zone ${network.zone}, and the router in ${router.zone}: they must be in the same one.`,
    })
  }
  if (found.length === 0) found.push({ subnet: await firstSubnetOf(db, network), address: undefined })
  for (const { subnet } of found) await requireSettled(db, subnetRecords, subnet)
  await requireApart(db, router, network, found, path)
  return { network, addresses: found }
}

function requireSubnetsOf({ uuid }: NetworkRecord, addresses: readonly FoundAddress[]): void {
  const stranger = addresses.findIndex(({ subnet }) => subnet.networkUuid !== uuid)
  if (stranger === -1) return
  throw new ValidationException({
    [`addresses[${stranger}].subnet`]: `All subnets of an interface must be of one network, and this one isn't of network ${uuid}.`,
  })
}

async function firstSubnetOf(db: Db, { uuid, name }: NetworkRecord): Promise<SubnetRecord> {
  const [subnet] = await subnetsOfNetwork(db, uuid)
  if (subnet !== undefined) return subnet
  throw new ValidationException({
    network: `Network '${name}' has no subnet that the router could have an address of. Create one first.`,
  })
}

/** A router is on each network once, and knows by an address alone where it leads. */
async function requireApart(
  db: Db,
  router: RouterRecord,
  network: NetworkRecord,
  addresses: readonly FoundAddress[],
  path: string,
): Promise<void> {
  const present = (await interfacesOfRouter(db, router.uuid)).filter(one => one.networkUuid !== null)
  if (present.some(({ networkUuid }) => networkUuid === network.uuid)) {
    throw new ValidationException({
      [path]: `Router '${router.name}' has an interface on network '${network.name}' already.`,
    })
  }
  const uuids = present.map(({ uuid }) => uuid)
  const theirs = [...(await addressesOfInterfaces(db, uuids)).values()].flat()
  for (const subnetUuid of new Set(theirs.map(each => each.subnetUuid))) {
    const other = await subnetRecords.findAny(db, subnetUuid)
    const clash = addresses.find(
      ({ subnet }) => other !== undefined && overlap(rangeOf(subnet), rangeOf(other)),
    )
    if (clash === undefined) continue
    throw new ValidationException({
      [path]: `${clash.subnet.cidr} overlaps with ${other?.cidr}, which router '${router.name}' leads to already.`,
    })
  }
}

/** Only what was read once is recorded. */
function rangeOf({ cidr }: SubnetRecord): Cidr {
  return parseCidr(cidr) as Cidr
}
