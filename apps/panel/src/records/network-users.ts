import type { BlockingObject } from './blocking.ts'
import type { Db } from './tables.ts'

/** A network, or a subnet. */
export type UsedObject = { readonly networkUuid: string } | { readonly subnetUuid: string }

/**
 * What is on a network or has an address of a subnet, and so keeps it from being deleted: live servers, then live load
 * balancers, then live routers, the oldest first. An interface that is just being added counts; one that is being removed doesn't. A load
 * balancer is also where its members are.
 */
export async function usersOf(db: Db, used: UsedObject): Promise<readonly BlockingObject[]> {
  const servers = await serversOn(db, used)
    .select(['servers.uuid', 'servers.name'])
    .where('servers.deletedAt', 'is', null)
    .where(({ and, or, eb }) =>
      or([
        eb('interfaces.position', 'is not', null),
        and([eb('interfaces.cloudPortId', 'is', null), eb('servers.change', 'is not', null)]),
      ]),
    )
    .orderBy('servers.createdAt')
    .execute()
  const loadBalancers = await db
    .selectFrom('loadBalancers')
    .select(['uuid', 'name'])
    .where('deletedAt', 'is', null)
    .where(({ or, eb }) =>
      or([
        eb(
          'uuid',
          'in',
          interfacesOn(db, used).select(({ ref }) => ref('loadBalancerUuid').$notNull().as('uuid')),
        ),
        eb('uuid', 'in', membersIn(db, used)),
      ]),
    )
    .orderBy('createdAt')
    .execute()
  const routers = await routersOn(db, used)
    .select(['routers.uuid', 'routers.name'])
    .distinct()
    .where('routers.deletedAt', 'is', null)
    .where('interfaces.position', 'is not', null)
    .orderBy('routers.createdAt')
    .execute()
  return [
    ...servers.map(server => ({ kind: 'server', ...server })),
    ...loadBalancers.map(loadBalancer => ({ kind: 'load balancer', ...loadBalancer })),
    ...routers.map(router => ({ kind: 'router', ...router })),
  ]
}

/** The locks of what is being removed, and still there at the cloud: who deletes the network or subnet waits for them. */
export async function locksOfLeaving(db: Db, used: UsedObject): Promise<readonly string[]> {
  const servers = await serversOn(db, used)
    .innerJoin('projectActions', 'projectActions.objectUuid', 'servers.uuid')
    .select('servers.uuid')
    .where(({ or, eb }) =>
      or([eb('servers.deletedAt', 'is not', null), eb('interfaces.position', 'is', null)]),
    )
    .where('projectActions.state', '=', 'running')
    .execute()
  const loadBalancers = await interfacesOn(db, used)
    .innerJoin('loadBalancers', 'loadBalancers.uuid', 'interfaces.loadBalancerUuid')
    .innerJoin('projectActions', 'projectActions.objectUuid', 'loadBalancers.uuid')
    .select('loadBalancers.uuid')
    .distinct()
    .where('loadBalancers.deletedAt', 'is not', null)
    .where('projectActions.state', '=', 'running')
    .execute()
  const routers = await routersOn(db, used)
    .innerJoin('projectActions', 'projectActions.objectUuid', 'routers.uuid')
    .select('routers.uuid')
    .distinct()
    .where(({ or, eb }) =>
      or([eb('routers.deletedAt', 'is not', null), eb('interfaces.position', 'is', null)]),
    )
    .where('projectActions.state', '=', 'running')
    .execute()
  return [
    ...servers.map(({ uuid }) => `server:${uuid}`),
    ...loadBalancers.map(({ uuid }) => `load-balancer:${uuid}`),
    ...routers.map(({ uuid }) => `router:${uuid}`),
  ]
}

function serversOn(db: Db, used: UsedObject) {
  return interfacesOn(db, used).innerJoin('servers', 'servers.uuid', 'interfaces.serverUuid').distinct()
}

function routersOn(db: Db, used: UsedObject) {
  return interfacesOn(db, used).innerJoin('routers', 'routers.uuid', 'interfaces.routerUuid')
}

function interfacesOn(db: Db, used: UsedObject) {
  const interfaces = db.selectFrom('interfaces')
  if ('networkUuid' in used) return interfaces.where('interfaces.networkUuid', '=', used.networkUuid)
  return interfaces.where('interfaces.uuid', 'in', ({ selectFrom }) =>
    selectFrom('subnetAddresses').select('interfaceUuid').where('subnetUuid', '=', used.subnetUuid),
  )
}

/** The load balancers that have members with addresses there. */
function membersIn(db: Db, used: UsedObject) {
  const members = db
    .selectFrom('loadBalancerMembers')
    .select('loadBalancerMembers.loadBalancerUuid')
    .where('loadBalancerMembers.deletedAt', 'is', null)
  if ('subnetUuid' in used) return members.where('loadBalancerMembers.subnetUuid', '=', used.subnetUuid)
  return members.where('loadBalancerMembers.subnetUuid', 'in', ({ selectFrom }) =>
    selectFrom('subnets').select('uuid').where('networkUuid', '=', used.networkUuid),
  )
}
