import { z } from 'zod'
import { flavorOf } from '../catalogue.ts'
import { addressesOfServer } from '../records/addresses.ts'
import { requireSettled } from '../records/busy.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { insertEvent } from '../records/events.ts'
import { requireStatus } from '../records/server-state.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { cloudIdOf } from './change-power.ts'
import { quietAction, step } from './define.ts'
import { alreadySo } from './nothing-to-do.ts'
import { repair } from './reconcile.ts'
import { inspection } from './steps/inspection.ts'
import { inspectServer, resizeServer } from './steps/power.ts'
import { setServerPointer } from './steps/server-pointer.ts'
import type { Target } from './target.ts'

/** Undefined while it is at something, or in an error state: then its power says nothing. */
const Power = z.object({ power: z.enum(['running', 'stopped']).nullable() })

const inspectPower = inspection('compute.power-inspection', 'server', Power, ({ status, power }) => ({
  power: status.state === 'ready' ? power : null,
}))

/**
 * Lets a server's record follow its power: a server may be shut down from inside, which is nobody's mistake. Its project's log
 * says so.
 */
export const followPower = quietAction('server.follow-power', {
  version: 1,
  input: z.object({ serverUuid: z.string(), id: z.string() }),
  output: Power,
  steps: [inspectPower],
  locks: async ({ uuid }: Target) => [`server:${uuid}`],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    const server = await serverRecords.require(db, projectId, uuid, nowMs)
    await requireSettled(db, serverRecords, server)
    return { serverUuid: uuid, id: cloudIdOf(server) }
  },

  run: ({ id }, { step }) => step(inspectPower, { id }),

  async onEnd(end, { serverUuid }, db) {
    const power = end.kind === 'succeeded' ? (end.output?.power ?? null) : null
    const server = await serverRecords.findAny(db, serverUuid)
    if (power === null || server === undefined || server.deletedAt !== null || server.status === power) return
    await serverRecords.update(db, serverUuid, { status: power })
    const [action, done] =
      power === 'running' ? ['server_start', 'has been started'] : ['server_stop', 'has been shut down']
    await insertEvent(db, {
      projectId: server.projectId,
      object: `${serverRecords.kind}:${serverUuid}`,
      action: action as string,
      message: `Server '${server.name}' ${done} from outside the panel`,
      initiator: 'panel',
      at: newCreatedAt(end.atMs),
    })
  },
})

/** Gives a server the size of the flavor that its record has. It must be stopped. */
export const repairServerSize = repair('server.repair-size', {
  records: serverRecords,
  input: z.object({
    id: z.string(),
    size: z.object({ vcpuCount: z.int(), memoryGb: z.int(), gpuCount: z.int() }),
  }),
  steps: [inspectServer, resizeServer],
  plan(server) {
    requireStatus(server, 'stopped', 'to be given the size of its flavor')
    const { vcpuCount, memoryGb, gpu } = flavorOf(server.flavor)
    return { id: cloudIdOf(server), size: { vcpuCount, memoryGb, gpuCount: gpu?.count ?? 0 } }
  },
  async run({ id, size }, { step }) {
    const { vcpuCount, memoryGb, gpuCount } = await step(inspectServer, { id })
    const sizeBefore = { vcpuCount, memoryGb, gpuCount }
    const isRight = vcpuCount === size.vcpuCount && memoryGb === size.memoryGb && gpuCount === size.gpuCount
    if (!isRight) await step(resizeServer, { id, size, sizeBefore })
  },
})

export interface RepairPointerRequest extends Target {
  readonly address: string
}

const inspectPointer = step('dns.pointer-inspection', {
  idempotent: true,
  input: z.object({ address: z.string() }),
  /** Null for none. */
  output: z.object({ name: z.string().nullable() }),
  async do({ address }, { world: { cloud }, signal }) {
    return { name: (await cloud.dns.getPointer(address, signal))?.name ?? null }
  },
  undo: 'nothing',
})

/** Lets an address of a server point back to the name that its record has. */
export const repairServerPointer = repair('server.repair-pointer', {
  records: serverRecords,
  shownOn: ({ uuid }) => uuid,
  input: z.object({ uuid: z.string(), address: z.string(), name: z.string() }),
  steps: [inspectPointer, setServerPointer],
  async plan({ uuid, name }, { address }: RepairPointerRequest, db) {
    const own = (await addressesOfServer(db, uuid)).find(record => record.address === address)
    if (own === undefined) throw alreadySo(`Server '${name}'`, `without ${address}`)
    return { uuid, address, name: own.reversePtr }
  },
  async run({ address, name }, { step }) {
    const seen = await step(inspectPointer, { address })
    if (seen.name !== name) await step(setServerPointer, { address, name })
  },
})
