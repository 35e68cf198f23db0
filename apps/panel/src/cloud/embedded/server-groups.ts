import type { Listed, ListPage } from '../cloud.ts'
import type { CloudServerGroup, NewCloudServerGroup } from '../compute.ts'
import { capacityOf } from './capacity.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  requireIdle,
  requireObject,
  requireReady,
  requireSound,
  statusOf,
} from './objects.ts'

export function createServerGroup(
  moment: Moment,
  { key, zone, name }: NewCloudServerGroup,
): CloudServerGroup {
  requireSound(moment, key !== '', 'a server group needs a key')
  requireSound(moment, name !== '', 'a server group needs a name')
  capacityOf(moment, zone)
  const id = insertObject(moment, { kind: 'server-group', key, zone })
  moment.db.run('insert into server_groups (id, name) values (?, ?)', id, name)
  begin(moment, id, 'create', settlingMs.serverGroupCreated)
  return serverGroupById(moment, id) as CloudServerGroup
}

/** Its servers are let go when it is gone, by the tables themselves. */
export function deleteServerGroup(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'server-group', id)
  if (object === undefined) return
  if (object.task !== 'delete') requireIdle(moment, object)
  beginRemoval(moment, object, settlingMs.serverGroupDeleted)
}

/** A group that a server of the zone can be made in. */
export function requireGroup(moment: Moment, id: string, zone: string): void {
  const group = requireObject(moment, 'server-group', id)
  requireSound(moment, group.zone === zone, `server-group ${id} is in zone ${group.zone}, not in ${zone}`)
  requireReady(moment, group)
}

export function serverGroupById(moment: Moment, id: string): CloudServerGroup | undefined {
  const object = findObject(moment, 'server-group', id)
  return object && presentServerGroup(object)
}

export function serverGroupsWithKey({ db }: Moment, key: string): readonly CloudServerGroup[] {
  return db
    .all<ObjectRow>(`select * from objects where key = ? and kind = 'server-group' order by seq`, key)
    .map(presentServerGroup)
}

export function listServerGroups(moment: Moment, page: ListPage): readonly Listed<CloudServerGroup>[] {
  return listObjects(moment, 'server-group', page, presentServerGroup)
}

function presentServerGroup(object: ObjectRow): CloudServerGroup {
  return { id: object.id, status: statusOf(object) }
}
