import { z } from 'zod'
import type { ResizeTarget } from '../api/server-operations.ts'
import { flavorOf } from '../catalogue.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { checkQuota, reserveQuota, settleReservation } from '../records/quota.ts'
import { requireStatus } from '../records/server-state.ts'
import { requireServer, updateServer } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { cloudIdOf, refuseIfAlready } from './change-power.ts'
import { action } from './define.ts'
import { inspectServer, resizeServer } from './steps/power.ts'

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
  locks: async ({ uuid }: ResizeTarget) => [`server:${uuid}`],

  async admit({ projectId, uuid, flavor }: ResizeTarget, db: Db, { actionId, nowMs }) {
    const server = await requireServer(db, projectId, uuid, nowMs)
    refuseIfAlready(server.flavor === flavor, server, `of flavor ${flavor}`)
    const cloudServerId = cloudIdOf(server)
    requireStatus(server, 'stopped', 'to change its flavor')
    const now = flavorOf(server.flavor)
    const { vcpuCount, memoryGb, gpu } = flavorOf(flavor)
    const more = {
      vcpus: Math.max(0, vcpuCount - now.vcpuCount),
      memoryGb: Math.max(0, memoryGb - now.memoryGb),
    }
    await checkQuota(db, projectId, more)
    await reserveQuota(db, actionId, projectId, more)
    const change = { what: 'being changed to another flavor', actionId, since: newCreatedAt(nowMs) }
    await updateServer(db, uuid, { status: 'changing', change })
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
    await settleReservation(db, end.actionId)
    const changes = end.kind === 'succeeded' ? { flavor } : {}
    await updateServer(db, serverUuid, { ...changes, status: 'stopped', change: null })
  },
})
