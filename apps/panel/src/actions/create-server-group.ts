import { z } from 'zod'
import { checkQuota } from '../records/quota.ts'
import { type ServerGroupRecord, serverGroupRecords } from '../records/server-groups.ts'
import type { Db } from '../records/tables.ts'
import { action, changeOf } from './define.ts'
import { makeServerGroup } from './steps/server-group.ts'

/** A server group to create, with everything that was left open decided. */
export type CreateServerGroupRequest = Pick<
  ServerGroupRecord,
  'uuid' | 'projectId' | 'name' | 'type' | 'zone' | 'tags' | 'createdAt'
>

/** Creates a server group; or undoes it and leaves the reason. */
export const createServerGroup = action('server-group.create', {
  version: 1,
  input: z.object({ groupUuid: z.string(), zone: z.string(), name: z.string() }),
  output: z.object({ groupId: z.string() }),
  steps: [makeServerGroup],

  creates: serverGroupRecords,
  about: ({ projectId, uuid, name }: CreateServerGroupRequest) => ({
    projectId,
    kind: serverGroupRecords.kind,
    uuid,
    name,
    log: { action: 'server_group_create', message: `Server group '${name}' has been created` },
  }),

  locks: async ({ uuid }: CreateServerGroupRequest) => [`server-group:${uuid}`],

  async admit(request: CreateServerGroupRequest, db: Db, context) {
    const { uuid, projectId, zone, name } = request
    await checkQuota(db, projectId, { serverGroups: 1 })
    const change = changeOf('being created', context)
    await serverGroupRecords.insert(db, { ...request, deletedAt: null, change, cloudGroupId: null })
    return { groupUuid: uuid, zone, name }
  },

  async run({ zone, name }, { step }) {
    const { id: groupId } = await step(makeServerGroup, { zone, name })
    return { groupId }
  },

  async onEnd(end, { groupUuid }, db) {
    if (end.kind !== 'succeeded' || end.output === undefined) return
    await serverGroupRecords.update(db, groupUuid, { cloudGroupId: end.output.groupId, change: null })
  },
})
