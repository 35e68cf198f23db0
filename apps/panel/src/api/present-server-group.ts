import {
  type GroupMember,
  membersOfGroup,
  membersOfProject,
  type ServerGroupRecord,
} from '../records/server-groups.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'
import { serverGroupStub, serverStub } from './present-server.ts'

/** Server groups of one project as the API shows them. */
export async function presentServerGroups(
  groups: readonly ServerGroupRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const members = Map.groupBy(await membersOf(groups, db), ({ groupUuid }) => groupUuid)
  return groups.map(group => presentServerGroup(group, members.get(group.uuid) ?? [], href))
}

function presentServerGroup(group: ServerGroupRecord, members: readonly GroupMember[], href: Href) {
  return {
    ...serverGroupStub(group, href),
    type: group.type,
    zone: { slug: group.zone },
    servers: members.map(({ serverUuid: uuid, serverName: name }) => serverStub({ uuid, name }, href)),
    tags: group.tags,
  }
}

async function membersOf(
  [first, ...more]: readonly ServerGroupRecord[],
  db: Db,
): Promise<readonly GroupMember[]> {
  if (first === undefined) return []
  return more.length === 0 ? membersOfGroup(db, first.uuid) : membersOfProject(db, first.projectId)
}
