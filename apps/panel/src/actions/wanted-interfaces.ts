import { randomUUID } from 'node:crypto'
import { ValidationException } from 'evenkeel'
import { z } from 'zod'
import { chooseAddresses } from '../records/addresses.ts'
import { requireSettled } from '../records/busy.ts'
import { insertInterface } from '../records/interfaces.ts'
import { cloudNetworkIdOf, type NetworkRecord, networkRecords } from '../records/networks.ts'
import { requireReference } from '../records/reference.ts'
import type { ServerRecord } from '../records/servers.ts'
import { chooseSubnetAddress, takeSubnetAddress } from '../records/subnet-addresses.ts'
import { type SubnetRecord, subnetRecords, subnetsOfNetwork } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'

/** An interface that a server is asked to have. */
export type WantedInterface =
  | { readonly kind: 'public' /** One address of each. */; readonly versions: readonly (4 | 6)[] }
  /** With an address of the network's first subnet that has one. */
  | { readonly kind: 'of-network'; readonly networkUuid: string }
  /** With exactly these addresses. */
  | {
      readonly kind: 'of-subnets'
      /** Undefined for that of the subnets, of which there is at least one. */
      readonly networkUuid: string | undefined
      readonly addresses: readonly WantedAddress[]
    }

export interface WantedAddress {
  readonly subnetUuid: string
  /** Undefined for any that is free. */
  readonly address: string | undefined
}

/** The same with what it refers to. */
export type FoundInterface =
  | Extract<WantedInterface, { kind: 'public' }>
  | {
      readonly kind: 'private'
      readonly network: NetworkRecord
      readonly addresses: readonly FoundAddress[]
      /** Instead of these: one of the first of the subnets that has one. */
      readonly isAnyAddress: boolean
      /** The network's. */
      readonly subnets: readonly SubnetRecord[]
      /** The field that asks for it: `interfaces[0]`. */
      readonly path: string
    }

export interface FoundAddress {
  readonly subnet: SubnetRecord
  readonly address: string | undefined
}

/** An interface as it is made, with its addresses chosen. */
export const PlannedInterface = z.object({
  uuid: z.string(),
  /** `public`, or what the cloud calls the network. */
  network: z.string(),
  addresses: z.array(z.object({ version: z.literal([4, 6]), address: z.string() })),
  /** Of its public addresses. */
  pointers: z.array(z.object({ address: z.string(), name: z.string() })),
})
export type PlannedInterface = z.output<typeof PlannedInterface>

/**
 * Looks up what wanted interfaces refer to.
 *
 * @param zone the server's
 * @throws {ValidationException} the project has no such network or subnet, or it is in another zone or network
 * @throws {ObjectBusyException} something runs on the network or subnet
 */
export async function findInterfaces(
  db: Db,
  { projectId, zone }: Pick<ServerRecord, 'projectId' | 'zone'>,
  wanted: readonly WantedInterface[],
): Promise<readonly FoundInterface[]> {
  const found: FoundInterface[] = []
  for (const [at, one] of wanted.entries()) {
    found.push(one.kind === 'public' ? one : await findPrivate(db, projectId, zone, one, `interfaces[${at}]`))
  }
  return found
}

async function findPrivate(
  db: Db,
  projectId: string,
  zone: string,
  wanted: Exclude<WantedInterface, { kind: 'public' }>,
  path: string,
): Promise<FoundInterface> {
  const addresses: FoundAddress[] = []
  if (wanted.kind === 'of-subnets') {
    for (const [at, { subnetUuid, address }] of wanted.addresses.entries()) {
      const subnet = await requireReference(
        db,
        subnetRecords,
        projectId,
        subnetUuid,
        `${path}.addresses[${at}].subnet`,
      )
      await requireSettled(db, subnetRecords, subnet)
      addresses.push({ subnet, address })
    }
  }
  const networkUuid = wanted.networkUuid ?? addresses[0]?.subnet.networkUuid ?? ''
  const stranger = addresses.findIndex(({ subnet }) => subnet.networkUuid !== networkUuid)
  if (stranger !== -1) {
    throw new ValidationException({
      [`${path}.addresses[${stranger}].subnet`]: `All subnets of an interface must be of one network, and this one isn't of network ${networkUuid}.`,
    })
  }
  const isNamed = wanted.networkUuid !== undefined
  const networkPath = isNamed ? `${path}.network` : `${path}.addresses[0].subnet`
  const network = await requireReference(db, networkRecords, projectId, networkUuid, networkPath)
  await requireSettled(db, networkRecords, network)
  if (network.zone !== zone) {
    throw new ValidationException({
      [networkPath]: `The network is in zone ${network.zone}, and the server in ${zone}: they must be in the same one.`,
    })
  }
  const subnets = await subnetsOfNetwork(db, networkUuid)
  const isAnyAddress = wanted.kind === 'of-network' && subnets.length > 0
  if (isAnyAddress) for (const subnet of subnets) await requireSettled(db, subnetRecords, subnet)
  return { kind: 'private', network, addresses, isAnyAddress, subnets, path }
}

/**
 * Records an interface of a server, and chooses its addresses.
 *
 * @param position its place among the server's interfaces; null while its owner doesn't see it
 * @throws {ValidationException} an address that was asked for is taken, or none of the subnet's
 * @throws {SubnetFullException | AddressPoolExhaustedException} no address is left
 */
export async function planInterface(
  db: Db,
  { uuid: serverUuid, name, zone }: Pick<ServerRecord, 'uuid' | 'name' | 'zone'>,
  wanted: FoundInterface,
  position: number | null,
): Promise<PlannedInterface> {
  const uuid = randomUUID()
  const networkUuid = wanted.kind === 'public' ? null : wanted.network.uuid
  await insertInterface(db, { uuid, serverUuid, position, networkUuid, cloudPortId: null })
  if (wanted.kind === 'public') {
    const place = { server: { uuid: serverUuid, name }, interfaceUuid: uuid }
    const chosen = await chooseAddresses(db, zone, wanted.versions, place)
    return {
      uuid,
      network: 'public',
      addresses: chosen.map(({ version, address }) => ({ version, address })),
      pointers: chosen.map(({ address, reversePtr }) => ({ address, name: reversePtr })),
    }
  }
  const addresses = await choosePrivate(db, wanted, uuid)
  return { uuid, network: cloudNetworkIdOf(wanted.network), addresses: [...addresses], pointers: [] }
}

async function choosePrivate(
  db: Db,
  { addresses, isAnyAddress, subnets, path }: Extract<FoundInterface, { kind: 'private' }>,
  interfaceUuid: string,
): Promise<PlannedInterface['addresses']> {
  const chosen = []
  if (isAnyAddress) chosen.push(await chooseSubnetAddress(db, subnets, { interfaceUuid, position: 0 }))
  for (const [position, { subnet, address }] of addresses.entries()) {
    const place = { interfaceUuid, position }
    const field = `${path}.addresses[${position}].address`
    chosen.push(
      address === undefined
        ? await chooseSubnetAddress(db, [subnet], place)
        : await takeSubnetAddress(db, subnet, address, { ...place, path: field }),
    )
  }
  return chosen.map(({ version, address }) => ({ version, address }))
}
