import type { StepCaller } from 'evenkeel/actions'
import { z } from 'zod'
import { dropInterfaces, recordPort } from '../records/interfaces.ts'
import { checkQuota } from '../records/quota.ts'
import { routerRecords } from '../records/routers.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { aboutRouter } from './about-router.ts'
import { changingAtLeast } from './changing-at-least.ts'
import { action, changeOf, type PanelWorld } from './define.ts'
import { planPublicInterface } from './public-interface.ts'
import { holdInterfaces } from './steps/addresses.ts'
import { createPort } from './steps/port.ts'
import { makeRouter } from './steps/router.ts'
import { PlannedInterface } from './wanted-interfaces.ts'

/** A router to create, with everything that was left open decided, but for addresses. */
export interface CreateRouterRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly zone: string
  /** Whether it leads to the internet. */
  readonly isInternetGateway: boolean
  readonly tags: Tags
  /** With microseconds and `Z`. */
  readonly createdAt: string
  /** For how long it shows that it is changing at least, in milliseconds. */
  readonly changingMs: number
}

const Input = z.object({
  routerUuid: z.string(),
  zone: z.string(),
  name: z.string(),
  /** Null for one that leads nowhere but to its networks. */
  gateway: PlannedInterface.nullable(),
  changingMs: z.int(),
})
type Input = z.output<typeof Input>

const Output = z.object({ routerId: z.string(), gatewayPortId: z.string().nullable() })
type Output = z.output<typeof Output>

/** Creates a router that has no interface yet; or undoes all of it and leaves the reason. */
export const createRouter = action('router.create', {
  version: 1,
  input: Input,
  output: Output,
  steps: [holdInterfaces, createPort, makeRouter],

  creates: routerRecords,
  about: (request: CreateRouterRequest, db) =>
    aboutRouter(request, db, { action: 'router_create', done: 'has been created' }),
  locks: async ({ uuid }: CreateRouterRequest) => [`router:${uuid}`],

  async admit({ changingMs, ...record }: CreateRouterRequest, db: Db, context): Promise<Input> {
    const { uuid: routerUuid, projectId, zone, name, isInternetGateway } = record
    await checkQuota(db, projectId, { routers: 1 })
    await routerRecords.insert(db, {
      ...record,
      status: 'changing',
      deletedAt: null,
      change: changeOf('being created', context),
      cloudRouterId: null,
    })
    const gateway = isInternetGateway ? await planPublicInterface(db, { routerUuid }, record) : null
    return { routerUuid, zone, name, gateway, changingMs }
  },

  run: (input, { step }) => changingAtLeast(input.changingMs, step, branch => make(input, branch)),

  async onEnd(end, { routerUuid, gateway }, db) {
    if (end.kind === 'succeeded' && end.output !== undefined) {
      const { routerId: cloudRouterId, gatewayPortId } = end.output
      await routerRecords.update(db, routerUuid, { status: 'running', change: null, cloudRouterId })
      if (gateway !== null && gatewayPortId !== null) await recordPort(db, gateway.uuid, gatewayPortId)
    }
    if (end.kind === 'rolled-back' && gateway !== null) await dropInterfaces(db, [gateway.uuid])
  },
})

async function make({ zone, name, gateway }: Input, step: StepCaller<PanelWorld>): Promise<Output> {
  const gatewayPortId = gateway === null ? null : await makeGatewayPort(zone, gateway, step)
  const { id: routerId } = await step(makeRouter, { zone, name, gatewayPortId })
  return { routerId, gatewayPortId }
}

async function makeGatewayPort(
  zone: string,
  { uuid, network, addresses }: PlannedInterface,
  step: StepCaller<PanelWorld>,
): Promise<string> {
  await step(holdInterfaces, { interfaceUuids: [uuid] })
  const { id } = await step(createPort, { zone, network, addresses })
  return id
}
