import { ConflictException } from 'evenkeel'
import { z } from 'zod'
import { type BlockingObject, listOf } from '../records/blocking.ts'
import { newCreatedAt } from '../records/created-at.ts'
import {
  membersOfGroup,
  type ServerGroupRecord,
  serverGroupRecords,
  serversInGroup,
} from '../records/server-groups.ts'
import type { Db } from '../records/tables.ts'
import { action } from './define.ts'
import { removeServerGroupOf } from './steps/server-group.ts'
import type { Target } from './target.ts'

/** A server group can't be deleted while servers are in it. */
export class ServerGroupInUseException extends ConflictException<{
  uuid: string
  servers: readonly string[]
}> {
  constructor({ uuid, name }: ServerGroupRecord, members: readonly BlockingObject[]) {
    super(`Server group '${name}' has ${listOf(members)} in it. Delete what is in it first.`, {
      data: { uuid, servers: members.map(member => member.uuid) },
    })
  }
}

/** Deletes a server group that no server is in, once those that were are gone at the cloud, too. Admitted at once. */
export const deleteServerGroup = action('server-group.delete', {
  version: 1,
  input: z.object({ groupUuid: z.string() }),
  output: z.null(),
  steps: [removeServerGroupOf],
  queue: 'after-admission',
  cancels: ['server-group.create'],

  async about({ projectId, uuid }, db) {
    const name = (await serverGroupRecords.findAny(db, uuid))?.name ?? uuid
    const log = { action: 'server_group_delete', message: `Server group '${name}' has been deleted` }
    return { projectId, kind: serverGroupRecords.kind, uuid, name, log }
  },

  locks: async ({ uuid }: Target, db: Db) => [
    `server-group:${uuid}`,
    ...(await serversInGroup(db, uuid)).map(server => `server:${server}`),
  ],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    const group = await serverGroupRecords.require(db, projectId, uuid, nowMs)
    const members = await membersOfGroup(db, uuid)
    if (members.length > 0) {
      const blocking = members.map(({ serverUuid, serverName }) => ({ uuid: serverUuid, name: serverName }))
      throw new ServerGroupInUseException(
        group,
        blocking.map(server => ({ kind: 'server', ...server })),
      )
    }
    await serverGroupRecords.markDeleted(db, uuid, newCreatedAt(nowMs))
    return { groupUuid: uuid }
  },

  removes: ({ groupUuid }) => [`server-group:${groupUuid}`],

  run: ({ groupUuid }, { step }) => step.pivot('deletion', [[removeServerGroupOf, { groupUuid }]]),

  onEnd: async () => {},
})
