import { NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'
import { type Places, prepared } from './prepared.ts'
import type { Db, ServerGroupsTable } from './tables.ts'

/** Servers that are kept apart from each other, as their owner knows them. */
export interface ServerGroupRecord extends OwnedRecord {
  readonly name: string
  readonly type: ServerGroupsTable['type']
  readonly zone: string
  readonly cloudGroupId: string | null
}

/** A server in a group. */
export interface GroupMember {
  readonly groupUuid: string
  readonly groupName: string
  readonly serverUuid: string
  readonly serverName: string
}

/** No such server group in the caller's project. For a day after a failed creation its message says why that failed. */
export class ServerGroupNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const serverGroupRecords = owned<ServerGroupRecord>({
  table: 'serverGroups',
  kind: 'server-group',
  label: 'Server group',
  notFound: (uuid, detail) => new ServerGroupNotFoundException(uuid, detail),
})

/** Puts a server into a group. */
export async function joinServerGroup(db: Db, serverUuid: string, groupUuid: string): Promise<void> {
  await db.insertInto('serverGroupMembers').values({ serverUuid, groupUuid, position: 0 }).execute()
}

/** Takes a server out of a group. */
export async function leaveServerGroup(db: Db, serverUuid: string, groupUuid: string): Promise<void> {
  await db
    .deleteFrom('serverGroupMembers')
    .where('serverUuid', '=', serverUuid)
    .where('groupUuid', '=', groupUuid)
    .execute()
}

/** Takes a server out of all its groups. */
export async function leaveServerGroups(db: Db, serverUuid: string): Promise<void> {
  await db.deleteFrom('serverGroupMembers').where('serverUuid', '=', serverUuid).execute()
}

/** The live servers in a group, oldest first. */
export async function membersOfGroup(db: Db, groupUuid: string): Promise<readonly GroupMember[]> {
  return members(db).where('serverGroups.uuid', '=', groupUuid).execute()
}

/** The live servers in the groups of a server, itself included, oldest first. */
export async function membersBeside(db: Db, serverUuid: string): Promise<readonly GroupMember[]> {
  return beside(db, { serverUuid })
}

const beside = prepared((db: Db, { serverUuid }: Places<{ serverUuid: string }>) =>
  members(db).where('serverGroups.uuid', 'in', ({ selectFrom }) =>
    selectFrom('serverGroupMembers as own').select('own.groupUuid').where('own.serverUuid', '=', serverUuid),
  ),
)

/** The live servers in all groups of a project, oldest first. */
export async function membersOfProject(db: Db, projectId: string): Promise<readonly GroupMember[]> {
  return ofProject(db, { projectId })
}

const ofProject = prepared((db: Db, { projectId }: Places<{ projectId: string }>) =>
  members(db).where('serverGroups.projectId', '=', projectId),
)

/** All servers in a group, also those whose deletion has not ended. */
export async function serversInGroup(db: Db, groupUuid: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('serverGroupMembers')
    .select('serverUuid')
    .where('groupUuid', '=', groupUuid)
    .execute()
  return rows.map(({ serverUuid }) => serverUuid)
}

function members(db: Db) {
  return db
    .selectFrom('serverGroups')
    .innerJoin('serverGroupMembers', 'serverGroupMembers.groupUuid', 'serverGroups.uuid')
    .innerJoin('servers', 'servers.uuid', 'serverGroupMembers.serverUuid')
    .select(['serverGroups.uuid as groupUuid', 'serverGroups.name as groupName'])
    .select(['servers.uuid as serverUuid', 'servers.name as serverName'])
    .where('servers.deletedAt', 'is', null)
    .orderBy('servers.createdAt')
    .orderBy('servers.uuid')
}
