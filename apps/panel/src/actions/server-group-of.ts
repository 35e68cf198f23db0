import { ValidationException } from 'evenkeel'
import type { AdmissionContext } from 'evenkeel/actions'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { checkQuota } from '../records/quota.ts'
import { requireReference } from '../records/reference.ts'
import {
  joinServerGroup,
  leaveServerGroup,
  membersBeside,
  membersOfGroup,
  serverGroupRecords,
} from '../records/server-groups.ts'
import { type ServerRecord, serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { changeOf } from './define.ts'

/** Whom a new server is to be kept apart from. */
export type WantedGroup =
  | { readonly kind: 'group'; readonly groupUuid: string }
  /** Joins the group of another server, or makes one for both: what the older clients know. */
  | { readonly kind: 'apart-from'; readonly serverUuid: string; readonly newGroupUuid: string }

/** The group that a server is made in. */
export const PlannedGroup = z.object({
  /** What the cloud calls it; null for one that is to be made. */
  groupId: z.string().optional(),
  newGroup: z.object({ uuid: z.string(), name: z.string(), otherServerUuid: z.string() }).nullable(),
  /** Who is in it already, as the cloud calls them: one that was there before the group is no member of it at the cloud. */
  apartFromIds: z.array(z.string()),
})
export type PlannedGroup = z.output<typeof PlannedGroup>

type NewServer = Pick<ServerRecord, 'uuid' | 'projectId' | 'zone' | 'createdAt'>

/**
 * Puts a server that is being created into a group.
 *
 * @throws {ValidationException} the project has no such group or server, or it is in another zone
 * @throws {ObjectBusyException} something runs on it
 * @throws {PanelQuotaExceededException} a group would have to be made, and there are as many as there may be
 */
export async function joinGroup(
  db: Db,
  server: NewServer,
  wanted: WantedGroup,
  context: AdmissionContext,
): Promise<PlannedGroup> {
  if (wanted.kind === 'group') return joinExisting(db, server, wanted.groupUuid, 'server_groups[0]')
  const path = 'anti_affinity_with'
  const other = await requireReference(db, serverRecords, server.projectId, wanted.serverUuid, path)
  requireZone(server, other.zone, path)
  await requireSettled(db, serverRecords, other)
  const [member] = await membersBeside(db, other.uuid)
  if (member !== undefined) return joinExisting(db, server, member.groupUuid, path)

  await checkQuota(db, server.projectId, { serverGroups: 1 })
  const { newGroupUuid: uuid } = wanted
  const name = `apart from ${other.name}`
  const { projectId, zone, createdAt } = server
  const group = { uuid, projectId, name, type: 'anti-affinity', zone, tags: {}, createdAt } as const
  const change = changeOf('being created', context)
  await serverGroupRecords.insert(db, { ...group, deletedAt: null, change, cloudGroupId: null })
  await joinServerGroup(db, other.uuid, uuid)
  await joinServerGroup(db, server.uuid, uuid)
  const newGroup = { uuid, name, otherServerUuid: other.uuid }
  return { newGroup, apartFromIds: other.cloudServerId === null ? [] : [other.cloudServerId] }
}

async function joinExisting(
  db: Db,
  server: NewServer,
  groupUuid: string,
  path: string,
): Promise<PlannedGroup> {
  const group = await requireReference(db, serverGroupRecords, server.projectId, groupUuid, path)
  requireZone(server, group.zone, path)
  await requireSettled(db, serverGroupRecords, group)
  const apartFromIds: string[] = []
  for (const { serverUuid } of await membersOfGroup(db, groupUuid)) {
    const { cloudServerId } = (await serverRecords.findAny(db, serverUuid)) ?? {}
    if (cloudServerId != null) apartFromIds.push(cloudServerId)
  }
  await joinServerGroup(db, server.uuid, groupUuid)
  if (group.cloudGroupId === null)
    throw new TypeError(`server group ${groupUuid} is settled without being at the cloud`)
  return { groupId: group.cloudGroupId, newGroup: null, apartFromIds }
}

/** Records what has become of a group that was made together with a server, if one was. */
export async function settleNewGroup(
  db: Db,
  group: PlannedGroup | null,
  end: { readonly groupId: string | null } | { readonly deletedAt: string },
): Promise<void> {
  if (group === null || group.newGroup === null) return
  const { uuid, otherServerUuid } = group.newGroup
  if ('groupId' in end) {
    await serverGroupRecords.update(db, uuid, { cloudGroupId: end.groupId, change: null })
    return
  }
  await leaveServerGroup(db, otherServerUuid, uuid)
  await serverGroupRecords.update(db, uuid, { change: null })
  await serverGroupRecords.markDeleted(db, uuid, end.deletedAt)
}

function requireZone({ zone }: NewServer, other: string, path: string): void {
  if (zone === other) return
  throw new ValidationException({
    [path]: `It is in zone ${other}, and the server in ${zone}: they must be in the same one.`,
  })
}
