import type { Selectable } from 'kysely'
import { releaseAddressesOf, releaseChosenAddressesOf } from './addresses.ts'
import { inserting } from './inserting.ts'
import { type Places, prepared } from './prepared.ts'
import { releaseChosenSubnetAddresses, releaseSubnetAddresses } from './subnet-addresses.ts'
import type { Db, InterfacesTable } from './tables.ts'

/** What connects a server, a load balancer or a router with a network. */
export type InterfaceRecord = Readonly<
  Omit<Selectable<InterfacesTable>, 'loadBalancerUuid' | 'routerUuid' | 'macAddress'> & {
    /** @default a server's */
    loadBalancerUuid?: string | null
    routerUuid?: string | null
    /** Of a router's, once it is made. */
    macAddress?: string | null
  }
>

export async function insertInterface(db: Db, record: InterfaceRecord): Promise<void> {
  await insert(db, record)
}

const insert = inserting('interfaces')

/** A server's interfaces, in their order: those that its owner sees. */
export async function interfacesOfServer(db: Db, serverUuid: string): Promise<readonly InterfaceRecord[]> {
  return ofServer(db, { serverUuid })
}

const ofServer = prepared((db: Db, { serverUuid }: Places<{ serverUuid: string }>) =>
  db
    .selectFrom('interfaces')
    .selectAll()
    .where('serverUuid', '=', serverUuid)
    .where('position', 'is not', null)
    .orderBy('position'),
)

/** The interfaces of all live servers of a project, by the server's uuid, in each one's order. */
export async function interfacesOfProject(
  db: Db,
  projectId: string,
): Promise<ReadonlyMap<string, readonly InterfaceRecord[]>> {
  return Map.groupBy(await ofProject(db, { projectId }), ({ serverUuid }) => serverUuid ?? '')
}

const ofProject = prepared((db: Db, { projectId }: Places<{ projectId: string }>) =>
  db
    .selectFrom('servers')
    .innerJoin('interfaces', 'interfaces.serverUuid', 'servers.uuid')
    .selectAll('interfaces')
    .where('servers.projectId', '=', projectId)
    .where('servers.deletedAt', 'is', null)
    .where('interfaces.position', 'is not', null)
    .orderBy('interfaces.position'),
)

/** What the cloud calls the ports of a server, also of those that its owner doesn't see. */
export async function portsOfServer(db: Db, serverUuid: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('interfaces')
    .select('cloudPortId')
    .where('serverUuid', '=', serverUuid)
    .where('cloudPortId', 'is not', null)
    .execute()
  return rows.flatMap(({ cloudPortId }) => cloudPortId ?? [])
}

/** The interfaces of a load balancer, in their order: those that its owner sees. */
export async function interfacesOfLoadBalancer(
  db: Db,
  loadBalancerUuid: string,
): Promise<readonly InterfaceRecord[]> {
  return db
    .selectFrom('interfaces')
    .selectAll()
    .where('loadBalancerUuid', '=', loadBalancerUuid)
    .where('position', 'is not', null)
    .orderBy('position')
    .execute()
}

/** The interfaces of routers, by the router's uuid, in their order: those that their owner sees. */
export async function interfacesOfRouters(
  db: Db,
  routerUuids: readonly string[],
): Promise<ReadonlyMap<string, readonly InterfaceRecord[]>> {
  if (routerUuids.length === 0) return new Map()
  const interfaces = await db
    .selectFrom('interfaces')
    .selectAll()
    .where('routerUuid', 'in', routerUuids)
    .where('position', 'is not', null)
    .orderBy('position')
    .execute()
  return Map.groupBy(interfaces, ({ routerUuid }) => routerUuid ?? '')
}

/** The same of one. */
export async function interfacesOfRouter(db: Db, routerUuid: string): Promise<readonly InterfaceRecord[]> {
  return (await interfacesOfRouters(db, [routerUuid])).get(routerUuid) ?? []
}

/** The place that a router's next interface has. */
export async function nextPositionOfRouter(db: Db, routerUuid: string): Promise<number> {
  const last = await db
    .selectFrom('interfaces')
    .select('position')
    .where('routerUuid', '=', routerUuid)
    .where('position', 'is not', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (last?.position ?? -1) + 1
}

export async function findInterface(db: Db, uuid: string): Promise<InterfaceRecord | undefined> {
  return db.selectFrom('interfaces').selectAll().where('uuid', '=', uuid).executeTakeFirst()
}

/** From here on its owner doesn't see it any more. */
export async function hideInterface(db: Db, uuid: string): Promise<void> {
  await db.updateTable('interfaces').set({ position: null }).where('uuid', '=', uuid).execute()
}

/** Notes what the cloud calls an interface's port. @param macAddress only a router's is kept */
export async function recordPort(
  db: Db,
  uuid: string,
  cloudPortId: string,
  macAddress?: string,
): Promise<void> {
  await update(db, { uuid, cloudPortId })
  if (macAddress === undefined) return
  await db.updateTable('interfaces').set({ macAddress }).where('uuid', '=', uuid).execute()
}

const update = prepared((db: Db, { uuid, cloudPortId }: Places<{ uuid: string; cloudPortId: string }>) =>
  db.updateTable('interfaces').set({ cloudPortId }).where('uuid', '=', uuid),
)

/** Shows exactly these of a server's interfaces to its owner, in this order. */
export async function arrangeInterfaces(db: Db, serverUuid: string, uuids: readonly string[]): Promise<void> {
  await db.updateTable('interfaces').set({ position: null }).where('serverUuid', '=', serverUuid).execute()
  for (const [position, uuid] of uuids.entries()) {
    await db.updateTable('interfaces').set({ position }).where('uuid', '=', uuid).execute()
  }
}

/** Forgets interfaces of which nothing is left, and frees what they had. */
export async function releaseInterfaces(db: Db, uuids: readonly string[]): Promise<void> {
  for (const uuid of uuids) {
    await releaseAddressesOf(db, uuid)
    await releaseSubnetAddresses(db, uuid)
    await db.deleteFrom('interfaces').where('uuid', '=', uuid).execute()
  }
}

/**
 * Gives up interfaces that an action was to make: frees what was chosen and nothing has carried yet. One with an address that
 * something may still carry is kept with it, where its owner doesn't see it.
 */
export async function dropInterfaces(db: Db, uuids: readonly string[]): Promise<void> {
  for (const uuid of uuids) {
    await releaseChosenAddressesOf(db, uuid)
    await releaseChosenSubnetAddresses(db, uuid)
    await db.updateTable('interfaces').set({ position: null }).where('uuid', '=', uuid).execute()
    await forgetInterfaceWithoutAddress(db, uuid)
  }
}

/** Frees what a step's effect carried, and forgets the interfaces that it was for. What somebody else holds by now stays. */
export async function forgetInterfaceWithoutAddress(db: Db, uuid: string): Promise<void> {
  await db
    .deleteFrom('interfaces')
    .where('uuid', '=', uuid)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('addresses')
            .select('address')
            .whereRef('addresses.interfaceUuid', '=', 'interfaces.uuid'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('subnetAddresses')
            .select('ordinal')
            .whereRef('subnetAddresses.interfaceUuid', '=', 'interfaces.uuid'),
        ),
      ),
    )
    .execute()
}
