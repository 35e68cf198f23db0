import { z } from 'zod'
import { flavorOf } from '../catalogue.ts'
import { requireSettled } from '../records/busy.ts'
import { checkQuota, reserveQuota } from '../records/quota.ts'
import { requireStatus } from '../records/server-state.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { aboutServer } from './about-server.ts'
import { cloudIdOf } from './change-power.ts'
import { action, changeOf } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { inspectServer, resizeServer } from './steps/power.ts'
import type { Target } from './target.ts'

export interface ResizeRequest extends Target {
  /** The slug of the flavor that it is to have. */
  readonly flavor: string
}

const Input = z.object({
  serverUuid: z.string(),
  cloudServerId: z.string(),
  flavor: z.string(),
  size: z.object({ vcpuCount: z.int(), memoryGb: z.int(), gpuCount: z.int() }),
})

/** Gives a stopped server another flavor: it ends with the new one, or with the old one and a reason. */
export const resizeServerAction = action('server.resize', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [inspectServer, resizeServer],
  about: (target, db) =>
    aboutServer(target, db, { action: 'server_resize', done: `has been changed to flavor ${target.flavor}` }),
  locks: async ({ uuid }: ResizeRequest) => [`server:${uuid}`],

  async admit({ projectId, uuid, flavor }: ResizeRequest, db: Db, context) {
    const server = await serverRecords.require(db, projectId, uuid, context.nowMs)
    refuseIfAlready(server.flavor === flavor, `Server '${server.name}'`, `of flavor ${flavor}`)
    await requireSettled(db, serverRecords, server)
    const cloudServerId = cloudIdOf(server)
    requireStatus(server, 'stopped', 'to change its flavor')
    const now = flavorOf(server.flavor)
    const { vcpuCount, memoryGb, gpu } = flavorOf(flavor)
    const more = {
      vcpus: Math.max(0, vcpuCount - now.vcpuCount),
      memoryGb: Math.max(0, memoryGb - now.memoryGb),
    }
    await checkQuota(db, projectId, more)
    await reserveQuota(db, context.actionId, projectId, more)
    const change = changeOf('being changed to another flavor', context)
    await serverRecords.update(db, uuid, { status: 'changing', change })
    return {
      serverUuid: uuid,
      cloudServerId,
      flavor,
      size: { vcpuCount, memoryGb, gpuCount: gpu?.count ?? 0 },
    }
  },

  async run({ cloudServerId: id, size }, { step }) {
    const { vcpuCount, memoryGb, gpuCount } = await step(inspectServer, { id })
    await step(resizeServer, { id, size, sizeBefore: { vcpuCount, memoryGb, gpuCount } })
    return null
  },

  async onEnd(end, { serverUuid, flavor }, db) {
    const changes = end.kind === 'succeeded' ? { flavor } : {}
    await serverRecords.update(db, serverUuid, { ...changes, status: 'stopped', change: null })
  },
})
