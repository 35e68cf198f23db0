import { DependencyException, InternalException } from 'evenkeel'
import type { Selectable } from 'kysely'
import { findSubnet, type Subnet, subnetsOf } from '../addressing/pools.ts'
import { reversePointerFor } from '../addressing/reverse-pointer.ts'
import { lowestFreeOrdinal } from './free-ordinals.ts'
import { inserting } from './inserting.ts'
import { type Places, prepared } from './prepared.ts'
import type { AddressesTable, Db } from './tables.ts'

/** A public address that something has. Whatever has none is free. */
export type AddressRecord = Readonly<Selectable<AddressesTable>>

/** Every address of a zone's pool is taken: the provider must add a range. */
export class AddressPoolExhaustedException extends DependencyException<{ zone: string; version: number }> {
  constructor(zone: string, version: 4 | 6) {
    const message = `There is no free public IPv${version} address left in zone ${zone}. Try another zone, or try again later.`
    super(message, { data: { zone, version }, publicMessage: message })
  }
}

/** What public addresses are for. */
export interface PublicInterface {
  /** The server that it is of; its uuid is null for a load balancer's or a router's, which has no reverse pointers. */
  readonly server: { readonly uuid: string | null; readonly name: string }
  /** Its record is there already. */
  readonly interfaceUuid: string
}

/**
 * Takes the lowest free address of each version for a public interface that is to be, in the order given.
 *
 * @throws {AddressPoolExhaustedException} none is left
 */
export async function chooseAddresses(
  db: Db,
  zone: string,
  versions: readonly (4 | 6)[],
  { server, interfaceUuid }: PublicInterface,
): Promise<readonly AddressRecord[]> {
  const chosen: AddressRecord[] = []
  for (const version of versions) {
    const ordinal = await lowestFreeOrdinal(db, zone, version)
    const { address, subnet } = addressNumber(zone, version, ordinal)
    const record: AddressRecord = {
      address,
      version,
      zone,
      prefix: subnet.cidr,
      ordinal,
      state: 'chosen',
      serverUuid: server.uuid,
      interfaceUuid,
      actionKey: null,
      reversePtr: reversePointerFor(address, server.name),
    }
    await insert(db, record)
    chosen.push(record)
  }
  return chosen
}

const insert = inserting('addresses')

/** Notes which step's effect now carries the address: until that is undone, nobody else may have it. */
export async function holdAddress(db: Db, address: string, actionKey: string): Promise<void> {
  await db.updateTable('addresses').set({ state: 'held', actionKey }).where('address', '=', address).execute()
}

/** The same for all addresses of an interface. */
export async function holdAddressesOf(db: Db, interfaceUuid: string, actionKey: string): Promise<void> {
  await db
    .updateTable('addresses')
    .set({ state: 'held', actionKey })
    .where('interfaceUuid', '=', interfaceUuid)
    .where('state', '=', 'chosen')
    .execute()
}

/** Whether the address is still held by a step of this action, and its server is not deleted. */
export async function isHeldForLiveServer(db: Db, address: string, actionId: string): Promise<boolean> {
  const held = await db
    .selectFrom('addresses')
    .innerJoin('servers', 'servers.uuid', 'addresses.serverUuid')
    .select('actionKey')
    .where('addresses.address', '=', address)
    .where('servers.deletedAt', 'is', null)
    .executeTakeFirst()
  return held?.actionKey?.startsWith(`${actionId}/`) ?? false
}

/** Frees all that an interface has. */
export async function releaseAddressesOf(db: Db, interfaceUuid: string): Promise<void> {
  await db.deleteFrom('addresses').where('interfaceUuid', '=', interfaceUuid).execute()
}

/** A server's public addresses in the order of its interfaces, each one's IPv4 first: those that its owner sees. */
export async function addressesOfServer(db: Db, serverUuid: string): Promise<readonly AddressRecord[]> {
  return ofServer(db, { serverUuid })
}

const ofServer = prepared((db: Db, { serverUuid }: Places<{ serverUuid: string }>) =>
  db
    .selectFrom('addresses')
    .innerJoin('interfaces', 'interfaces.uuid', 'addresses.interfaceUuid')
    .selectAll('addresses')
    .where('addresses.serverUuid', '=', serverUuid)
    .where('interfaces.position', 'is not', null)
    .orderBy('interfaces.position')
    .orderBy('addresses.version')
    .orderBy('addresses.ordinal'),
)

/** A public address as far as its owner sees it. */
export type ShownAddress = Pick<AddressRecord, (typeof shown)[number]>

const shown = ['address', 'version', 'prefix', 'reversePtr', 'interfaceUuid'] as const

/** The public addresses of all live servers of a project, by the interface's uuid, IPv4 first. */
export async function addressesOfProject(
  db: Db,
  projectId: string,
): Promise<ReadonlyMap<string, readonly ShownAddress[]>> {
  return Map.groupBy(await ofProject(db, { projectId }), row => row.interfaceUuid ?? '')
}

const ofProject = prepared((db: Db, { projectId }: Places<{ projectId: string }>) =>
  db
    .selectFrom('addresses')
    .innerJoin('servers', 'servers.uuid', 'addresses.serverUuid')
    .select(shown.map(column => `addresses.${column}` as const))
    .where('servers.projectId', '=', projectId)
    .where('servers.deletedAt', 'is', null)
    .orderBy('addresses.version')
    .orderBy('addresses.ordinal'),
)

/** The public addresses of some interfaces, by the interface's uuid, IPv4 first. */
export async function publicAddressesOf(
  db: Db,
  interfaceUuids: readonly string[],
): Promise<ReadonlyMap<string, readonly AddressRecord[]>> {
  if (interfaceUuids.length === 0) return new Map()
  const rows = await db
    .selectFrom('addresses')
    .selectAll()
    .where('interfaceUuid', 'in', interfaceUuids)
    .orderBy('version')
    .execute()
  return Map.groupBy(rows, ({ interfaceUuid }) => interfaceUuid ?? '')
}

/** The subnet that a record's address is from. */
export function subnetOf({ address, prefix }: Pick<AddressRecord, 'address' | 'prefix'>): Subnet {
  const subnet = findSubnet(prefix)
  if (subnet === undefined)
    throw new InternalException(`${address} is from ${prefix}, which is no subnet of ours any more.`)
  return subnet
}

function addressNumber(zone: string, version: 4 | 6, ordinal: number): { address: string; subnet: Subnet } {
  let index = ordinal
  for (const subnet of subnetsOf(zone, version)) {
    if (index < subnet.size) return { address: subnet.addressAt(index), subnet }
    index -= subnet.size
  }
  throw new AddressPoolExhaustedException(zone, version)
}

/** Frees the addresses that a step's effect carried. Those that somebody else holds by now stay. */
export async function releaseAddressesHeldBy(db: Db, actionKey: string): Promise<void> {
  await db.deleteFrom('addresses').where('actionKey', '=', actionKey).execute()
}

/** Frees those of an interface that were chosen, and that nothing has carried yet. */
export async function releaseChosenAddressesOf(db: Db, interfaceUuid: string): Promise<void> {
  await db
    .deleteFrom('addresses')
    .where('interfaceUuid', '=', interfaceUuid)
    .where('state', '=', 'chosen')
    .execute()
}

/** What the address of a server is to point back to, and the action that is at the server; undefined if it is no such address. */
export async function pointerOfServer(db: Db, address: string) {
  return db
    .selectFrom('addresses')
    .innerJoin('servers', 'servers.uuid', 'addresses.serverUuid')
    .select(['addresses.reversePtr', 'servers.changeActionId', 'servers.deletedAt'])
    .where('addresses.address', '=', address)
    .executeTakeFirst()
}
