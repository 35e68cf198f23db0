import type { BlockingObject } from './blocking.ts'
import type { Db } from './tables.ts'

/** A network, or a subnet. */
export type UsedObject = { readonly networkUuid: string } | { readonly subnetUuid: string }

/**
 * What is on a network or has an address of a subnet, and so keeps it from being deleted: live servers, the oldest first.
 * An interface that is just being added counts; one that is being removed doesn't. Whatever else can be on a network one
 * day is told of here, too.
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
  return servers.map(({ uuid, name }) => ({ kind: 'server', uuid, name }))
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
  return servers.map(({ uuid }) => `server:${uuid}`)
}

function serversOn(db: Db, used: UsedObject) {
  const servers = db
    .selectFrom('interfaces')
    .innerJoin('servers', 'servers.uuid', 'interfaces.serverUuid')
    .distinct()
  if ('networkUuid' in used) return servers.where('interfaces.networkUuid', '=', used.networkUuid)
  return servers.where('interfaces.uuid', 'in', ({ selectFrom }) =>
    selectFrom('subnetAddresses').select('interfaceUuid').where('subnetUuid', '=', used.subnetUuid),
  )
}
