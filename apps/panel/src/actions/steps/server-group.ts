import { z } from 'zod'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const Group = z.object({ id: z.string() })

export const makeServerGroup = step('compute.server-group', {
  input: z.object({ zone: z.string(), name: z.string() }),
  output: Group,
  async do(input, { key, world: { cloud }, signal, until }) {
    const group = await cloud.compute.createServerGroup({ ...input, key }, signal)
    const { id } = await settled('server group', group, until, () =>
      cloud.compute.getServerGroup(group.id, signal),
    )
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.compute.findServerGroups(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.compute.deleteServerGroup(id, signal)
    await gone('server group', until, () => cloud.compute.getServerGroup(id, signal))
  },
})

/**
 * Removes a recorded group. What the cloud calls it is looked up once the deletion holds it: a creation may have ended
 * only then. What was never made is gone already.
 */
export const removeServerGroupOf = step('server-group.removal', {
  idempotent: true,
  input: z.object({ groupUuid: z.string() }),
  output: z.null(),
  async do({ groupUuid }, { world: { cloud, records }, signal, until }) {
    const { cloudGroupId: id } = await records.read
      .selectFrom('serverGroups')
      .select('cloudGroupId')
      .where('uuid', '=', groupUuid)
      .executeTakeFirstOrThrow()
    if (id === null) return null
    await cloud.compute.deleteServerGroup(id, signal)
    await gone('server group', until, () => cloud.compute.getServerGroup(id, signal))
    return null
  },
  undo: 'nothing',
})
