import { ConflictException, ValidationException } from 'evenkeel'
import { type Selectable, sql } from 'kysely'
import { addressOf, canonicalAddress, numberOf } from '../addressing/address.ts'
import { type Cidr, containsHost, dhcpRange, parseCidr, sizeOf } from '../addressing/cidr.ts'
import { requireNothingRuns } from './busy.ts'
import { loadBalancerRecords } from './load-balancers.ts'
import type { Owned, OwnedRecord } from './owned.ts'
import { routerRecords } from './routers.ts'
import { serverRecords } from './servers.ts'
import type { SubnetRecord } from './subnets.ts'
import type { Db, SubnetAddressesTable } from './tables.ts'

/** An address of a tenant's subnet that an interface has. Whatever has none is free. */
export type SubnetAddressRecord = Readonly<Omit<Selectable<SubnetAddressesTable>, 'isNextFree'>>

/** A subnet to take addresses from: live and settled, which is for the caller to see to (`requireSettled`). */
export type AddressSource = Pick<SubnetRecord, 'uuid' | 'cidr' | 'gatewayAddress'>

/** What an address is for: its interface, whose record is there already, and the place among that one's addresses, from 0. */
export interface AddressPlace {
  readonly interfaceUuid: string
  readonly position: number
}

/** Every address of the subnets is taken. */
export class SubnetFullException extends ConflictException<{ subnets: readonly string[] }> {
  constructor(subnets: readonly AddressSource[]) {
    const which = subnets.map(({ cidr }) => cidr).join(', ')
    super(
      `There is no free address left in ${which}. Add a subnet to the network, or delete what isn't needed.`,
      {
        data: { subnets: subnets.map(({ uuid }) => uuid) },
      },
    )
  }
}

/**
 * Takes an address from the first of the subnets that has one: the lowest free one of those that are given out by
 * themselves, then the lowest free one of all.
 *
 * @param subnets those of one network, in their order; at least one
 * @throws {SubnetFullException} none is left in any of them
 */
export async function chooseSubnetAddress(
  db: Db,
  subnets: readonly AddressSource[],
  place: AddressPlace,
): Promise<SubnetAddressRecord> {
  for (const subnet of subnets) {
    for (const range of rangesToChooseFrom(subnet)) {
      const ordinal = await lowestFree(db, subnet.uuid, range)
      if (ordinal !== undefined) return insert(db, subnet, ordinal, place)
    }
  }
  throw new SubnetFullException(subnets)
}

/**
 * Takes this address of a subnet.
 *
 * @param path the field that asks for it, as in `interfaces[0].addresses[0].address`
 * @throws {ValidationException} the subnet has no such address to give, or something else has it
 * @throws {ObjectBusyException} an action is about to give it back
 */
export async function takeSubnetAddress(
  db: Db,
  subnet: AddressSource,
  address: string,
  {
    path,
    isForRouter = false,
    ...place
  }: AddressPlace & {
    readonly path: string
    /** Whether it may be the gateway's, which is a router's. @default false */
    readonly isForRouter?: boolean
  },
): Promise<SubnetAddressRecord> {
  const problem = isForRouter && address === subnet.gatewayAddress ? undefined : problemWith(subnet, address)
  if (problem !== undefined) {
    throw new ValidationException({
      [path]: `${address} is not a valid IP for the specified subnet: ${problem}.`,
    })
  }
  await requireAddressFree(db, subnet, address, path)
  return insert(db, subnet, ordinalOf(subnet, address), place)
}

/**
 * Takes an address for a router: the subnet's gateway where it has one that is free, else any.
 *
 * @throws {SubnetFullException} none is left
 */
export async function chooseRouterAddress(
  db: Db,
  subnet: AddressSource,
  place: AddressPlace,
): Promise<SubnetAddressRecord> {
  const { gatewayAddress } = subnet
  const isFree = gatewayAddress !== null && (await holderOf(db, subnet, gatewayAddress)) === undefined
  return isFree
    ? insert(db, subnet, ordinalOf(subnet, gatewayAddress), place)
    : chooseSubnetAddress(db, [subnet], place)
}

/**
 * Makes sure that an address of the subnet can be its gateway: a router may have it, and nothing else.
 *
 * @throws {ValidationException} something else has it, or what is left of its interface may still use it
 * @throws {ObjectBusyException} an action is about to give it back
 */
export async function requireGatewayFree(
  db: Db,
  subnet: AddressSource,
  address: string,
  path: string,
): Promise<void> {
  const holder = await holderOf(db, subnet, address)
  if (holder?.owners !== routerRecords) await requireAddressFree(db, subnet, address, path)
}

/**
 * Makes sure that nothing has an address of the subnet.
 *
 * @param path the field that asks for it
 * @throws {ValidationException} something has it, or what is left of its interface may still use it
 * @throws {ObjectBusyException} an action is about to give it back
 */
async function requireAddressFree(
  db: Db,
  subnet: AddressSource,
  address: string,
  path: string,
): Promise<void> {
  const holder = await holderOf(db, subnet, address)
  if (holder === undefined) return
  const { owners, owner, isSeen } = holder
  if (!isSeen) await requireNothingRuns(db, owners, owner)
  const whose = `${owners.label.toLowerCase()} '${owner.name}' (${owner.uuid})`
  throw new ValidationException({
    [path]: isSeen
      ? `${address} is taken by ${whose}. Choose another one.`
      : `${address} was given to ${whose}, and what is left of that may still use it. Choose another one for now.`,
  })
}

/** Notes which step's effect now carries the interface's addresses: until that is undone, nobody else may have them. */
export async function holdSubnetAddresses(db: Db, interfaceUuid: string, actionKey: string): Promise<void> {
  await db
    .updateTable('subnetAddresses')
    .set({ state: 'held', actionKey })
    .where('interfaceUuid', '=', interfaceUuid)
    .where('state', '=', 'chosen')
    .execute()
}

/** Frees the addresses that a step's effect carried. Those that somebody else holds by now stay. */
export async function releaseSubnetAddressesHeldBy(db: Db, actionKey: string): Promise<void> {
  await db.deleteFrom('subnetAddresses').where('actionKey', '=', actionKey).execute()
}

/** Frees those of an interface that were chosen, and that nothing has carried yet. */
export async function releaseChosenSubnetAddresses(db: Db, interfaceUuid: string): Promise<void> {
  await db
    .deleteFrom('subnetAddresses')
    .where('interfaceUuid', '=', interfaceUuid)
    .where('state', '=', 'chosen')
    .execute()
}

/** Frees all that an interface has. */
export async function releaseSubnetAddresses(db: Db, interfaceUuid: string): Promise<void> {
  await db.deleteFrom('subnetAddresses').where('interfaceUuid', '=', interfaceUuid).execute()
}

/** The addresses of some interfaces, by the interface's uuid, each in its order. For many, take those of the project. */
export async function addressesOfInterfaces(
  db: Db,
  interfaceUuids: readonly string[],
): Promise<ReadonlyMap<string, readonly SubnetAddressRecord[]>> {
  if (interfaceUuids.length === 0) return new Map()
  const rows = await db
    .selectFrom('subnetAddresses')
    .selectAll()
    .where('interfaceUuid', 'in', interfaceUuids)
    .orderBy('position')
    .execute()
  return Map.groupBy(rows, ({ interfaceUuid }) => interfaceUuid)
}

/** The addresses of all live servers of a project, by the interface's uuid, each in its order. */
export async function subnetAddressesOfProject(
  db: Db,
  projectId: string,
): Promise<ReadonlyMap<string, readonly SubnetAddressRecord[]>> {
  const rows = await db
    .selectFrom('servers')
    .innerJoin('interfaces', 'interfaces.serverUuid', 'servers.uuid')
    .innerJoin('subnetAddresses', 'subnetAddresses.interfaceUuid', 'interfaces.uuid')
    .selectAll('subnetAddresses')
    .where('servers.projectId', '=', projectId)
    .where('servers.deletedAt', 'is', null)
    .orderBy('subnetAddresses.position')
    .execute()
  return Map.groupBy(rows, ({ interfaceUuid }) => interfaceUuid)
}

/** Numbers of addresses, from the first to the last. */
interface OrdinalRange {
  readonly first: number
  readonly last: number
}

/** In the order in which addresses are looked for. The gateway's is in none of them, nor are the network's and the one for broadcasts. */
function rangesToChooseFrom(subnet: AddressSource): readonly OrdinalRange[] {
  const cidr = cidrOf(subnet)
  const all = { first: 1, last: Number(sizeOf(cidr)) - 2 }
  const byThemselves = dhcpRange(cidr)
  const dhcp = byThemselves && {
    first: ordinalOf(subnet, byThemselves.first),
    last: ordinalOf(subnet, byThemselves.last),
  }
  const ranges = dhcp === undefined ? [all] : [dhcp, ...around(all, dhcp)]
  if (subnet.gatewayAddress === null) return ranges
  const gateway = ordinalOf(subnet, subnet.gatewayAddress)
  return ranges.flatMap(range => around(range, { first: gateway, last: gateway }))
}

/** What is left of a range without another one. */
function around({ first, last }: OrdinalRange, hole: OrdinalRange): readonly OrdinalRange[] {
  const parts = [
    { first, last: Math.min(last, hole.first - 1) },
    { first: Math.max(first, hole.last + 1), last },
  ]
  return hole.last < first || last < hole.first
    ? [{ first, last }]
    : parts.filter(part => part.first <= part.last)
}

async function lowestFree(
  db: Db,
  subnetUuid: string,
  { first, last }: OrdinalRange,
): Promise<number | undefined> {
  const taken = db.selectFrom('subnetAddresses').select('ordinal').where('subnetUuid', '=', subnetUuid)
  if ((await taken.where('ordinal', '=', first).executeTakeFirst()) === undefined) return first
  const beforeGap = await taken
    .where('ordinal', '>=', first)
    .where('ordinal', '<', last)
    .where('isNextFree', '=', sql.lit<1>(1)) // Written out: the index of those before a gap is not found for a parameter.
    .orderBy('ordinal')
    .limit(1)
    .executeTakeFirst()
  return beforeGap && beforeGap.ordinal + 1
}

async function insert(
  db: Db,
  subnet: AddressSource,
  ordinal: number,
  { interfaceUuid, position }: AddressPlace,
): Promise<SubnetAddressRecord> {
  const { version, first } = cidrOf(subnet)
  const record: SubnetAddressRecord = {
    subnetUuid: subnet.uuid,
    ordinal,
    ...addressOf(version, first + BigInt(ordinal)),
    interfaceUuid,
    position,
    state: 'chosen',
    actionKey: null,
  }
  await db.insertInto('subnetAddresses').values(record).execute()
  return record
}

/** Which server, load balancer or router has an address, and whether its owner sees that: also what is being removed keeps it. */
async function holderOf(db: Db, subnet: AddressSource, address: string): Promise<Holder | undefined> {
  const held = await db
    .selectFrom('subnetAddresses')
    .innerJoin('interfaces', 'interfaces.uuid', 'subnetAddresses.interfaceUuid')
    .select([
      'interfaces.serverUuid',
      'interfaces.loadBalancerUuid',
      'interfaces.routerUuid',
      'interfaces.position',
    ])
    .where('subnetAddresses.subnetUuid', '=', subnet.uuid)
    .where('subnetAddresses.ordinal', '=', ordinalOf(subnet, address))
    .executeTakeFirst()
  if (held === undefined) return undefined
  const { serverUuid, loadBalancerUuid, routerUuid, position } = held
  const owners: Holder['owners'] =
    serverUuid !== null ? serverRecords : loadBalancerUuid !== null ? loadBalancerRecords : routerRecords
  const owner = await owners.findAny(db, serverUuid ?? loadBalancerUuid ?? routerUuid ?? '')
  return owner && { owners, owner, isSeen: position !== null && owner.deletedAt === null }
}

interface Holder {
  readonly owners: Owned<OwnedRecord & { readonly name: string }>
  readonly owner: OwnedRecord & { readonly name: string }
  readonly isSeen: boolean
}

/** Why nothing can have the address, in words that end a sentence. */
function problemWith(subnet: AddressSource, address: string): string | undefined {
  if (!containsHost(cidrOf(subnet), address))
    return `it must be one of ${subnet.cidr}, and neither the first nor the last`
  if (canonicalAddress(address)?.address === subnet.gatewayAddress) return "it is the subnet's gateway"
  return undefined
}

function ordinalOf(subnet: AddressSource, address: string): number {
  const canonical = canonicalAddress(address)
  if (canonical === undefined) throw new TypeError(`${address} is no address`)
  return Number(numberOf(canonical) - cidrOf(subnet).first)
}

/** Only what was checked is recorded. */
function cidrOf({ cidr }: Pick<AddressSource, 'cidr'>): Cidr {
  return parseCidr(cidr) as Cidr
}
