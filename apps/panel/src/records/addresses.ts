import { DependencyException, InternalException } from 'evenkeel'
import type { Selectable } from 'kysely'
import { findSubnet, type Subnet, subnetsOf } from '../addressing/pools.ts'
import { reversePointerFor } from '../addressing/reverse-pointer.ts'
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

/**
 * Takes the lowest free address of each version for a server that is being created, in the order given.
 *
 * @throws {AddressPoolExhaustedException} none is left
 */
export async function chooseAddresses(
  db: Db,
  zone: string,
  versions: readonly (4 | 6)[],
  server: { readonly uuid: string; readonly name: string },
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
      interfaceUuid: null,
      actionKey: null,
      reversePtr: reversePointerFor(address, server.name),
    }
    await db.insertInto('addresses').values(record).execute()
    chosen.push(record)
  }
  return chosen
}

/** Notes which step's effect now carries the address: until that is undone, nobody else may have it. */
export async function holdAddress(db: Db, address: string, actionKey: string): Promise<void> {
  await db.updateTable('addresses').set({ state: 'held', actionKey }).where('address', '=', address).execute()
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

/** Frees addresses for others. Those that are free already stay so. */
export async function releaseAddresses(db: Db, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return
  await db.deleteFrom('addresses').where('address', 'in', addresses).execute()
}

/** A server's addresses, IPv4 first. */
export async function addressesOfServer(db: Db, serverUuid: string): Promise<readonly AddressRecord[]> {
  return db
    .selectFrom('addresses')
    .selectAll()
    .where('serverUuid', '=', serverUuid)
    .orderBy('version')
    .orderBy('ordinal')
    .execute()
}

/** The addresses of all live servers of a project, by the server's uuid, IPv4 first. */
export async function addressesOfProject(
  db: Db,
  projectId: string,
): Promise<ReadonlyMap<string, readonly AddressRecord[]>> {
  const rows = await db
    .selectFrom('addresses')
    .innerJoin('servers', 'servers.uuid', 'addresses.serverUuid')
    .selectAll('addresses')
    .where('servers.projectId', '=', projectId)
    .where('servers.deletedAt', 'is', null)
    .orderBy('addresses.version')
    .orderBy('addresses.ordinal')
    .execute()
  return Map.groupBy(rows, row => row.serverUuid ?? '')
}

/** The subnet that a record's address is from. */
export function subnetOf({ address, prefix }: AddressRecord): Subnet {
  const subnet = findSubnet(prefix)
  if (subnet === undefined)
    throw new InternalException(`${address} is from ${prefix}, which is no subnet of ours any more.`)
  return subnet
}

async function lowestFreeOrdinal(db: Db, zone: string, version: 4 | 6): Promise<number> {
  const taken = await db
    .selectFrom('addresses')
    .select('ordinal')
    .where('zone', '=', zone)
    .where('version', '=', version)
    .orderBy('ordinal')
    .execute()
  // Taken ordinals are distinct and sorted: the first that isn't at its own place leaves a gap there.
  const gap = taken.findIndex(({ ordinal }, place) => ordinal !== place)
  return gap === -1 ? taken.length : gap
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

/** Frees those of a server that were chosen, and that nothing has carried yet. */
export async function releaseChosenAddresses(db: Db, serverUuid: string): Promise<void> {
  await db
    .deleteFrom('addresses')
    .where('serverUuid', '=', serverUuid)
    .where('state', '=', 'chosen')
    .execute()
}
