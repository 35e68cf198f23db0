import type { EffectContext } from 'evenkeel/actions'
import { z } from 'zod'
import { requireFound } from '../../cloud/exceptions.ts'
import type { CloudPort } from '../../cloud/network.ts'
import { findInterface, interfacesOfRouter, releaseInterfaces } from '../../records/interfaces.ts'
import { routerRecords } from '../../records/routers.ts'
import { type PanelWorld, step } from '../define.ts'
import { isNobodys, requireSound } from './port.ts'
import { asFound, gone, settled } from './settled.ts'

export const makeRouter = step('network.router', {
  input: z.object({
    zone: z.string(),
    name: z.string(),
    /** The public port that leads to the internet; null for none. */
    gatewayPortId: z.string().nullable(),
  }),
  output: z.object({ id: z.string() }),
  async do({ gatewayPortId, ...input }, { key, world: { cloud }, signal, until }) {
    const wanted = { ...input, gatewayPortId: gatewayPortId ?? undefined, key }
    const router = await cloud.network.createRouter(wanted, signal)
    const { id } = await settled('router', router, until, () => cloud.network.getRouter(router.id, signal))
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.network.findRouters(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.network.deleteRouter(id, signal)
    await gone('router', until, () => cloud.network.getRouter(id, signal))
  },
})

const AttachedPort = z.object({ id: z.string(), macAddress: z.string() })

/** Gives a router a port that this action has made for it: as with a server's, nobody else's work is in the way of a late effect. */
export const attachRouterPort = step('network.router-attachment', {
  input: z.object({ routerId: z.string(), portId: z.string() }),
  output: AttachedPort,
  async do({ routerId, portId }, { world: { cloud }, signal, until }) {
    await cloud.network.attachRouterPort(routerId, portId, signal)
    return until(async () => {
      const port = requireFound(await cloud.network.getPort(portId, signal), `port ${portId}`)
      requireSound('attachment', port)
      return port.status.state === 'ready' && port.routerId === routerId ? attached(port) : undefined
    })
  },
  async find({ input: { routerId, portId }, world: { cloud }, signal }) {
    const port = await cloud.network.getPort(portId, signal)
    if (port === undefined) return []
    const isThere = port.status.state !== 'ready' || port.routerId === routerId
    return isThere ? asFound([port], attached) : []
  },
  undo: ({ id }, { input: { routerId }, ...context }) => detach(routerId, id, context),
})

/** What is removed of a recorded router behind its deletion's pivot, as with a server. */
const Recorded = z.object({ routerUuid: z.string() })

/** Its ports are nobody's then. */
export const removeRouterOf = step('router.removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ routerUuid }, { world: { cloud, records }, signal, until }) {
    const id = (await routerRecords.findAny(records.read, routerUuid))?.cloudRouterId ?? null
    if (id === null) return null
    await cloud.network.deleteRouter(id, signal)
    await gone('router', until, () => cloud.network.getRouter(id, signal))
    return null
  },
  undo: 'nothing',
})

/** Those that its owner doesn't see are left to the action that is about to remove them. */
export const removePortsOfRouter = step('router.port-removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ routerUuid }, context) {
    for (const { cloudPortId } of await interfacesOfRouter(context.world.records.read, routerUuid)) {
      if (cloudPortId !== null) await removePort(cloudPortId, context)
    }
    return null
  },
  undo: 'nothing',
})

/** Gives its addresses back, once nothing is left that may still use them. */
export const giveBackRouterAddresses = step('router.address-release', {
  idempotent: true,
  onlyWhenClean: true,
  input: Recorded,
  output: z.null(),
  async do({ routerUuid }, { world: { records } }) {
    await records.transaction(async db => {
      const interfaces = await interfacesOfRouter(db, routerUuid)
      await releaseInterfaces(
        db,
        interfaces.map(({ uuid }) => uuid),
      )
    })
    return null
  },
  undo: 'nothing',
})

/** Takes a recorded interface from its router and removes its port. What was never made is gone already. */
export const removeRouterInterface = step('router.interface-removal', {
  idempotent: true,
  input: z.object({ interfaceUuid: z.string() }),
  output: z.null(),
  async do({ interfaceUuid }, context) {
    const { read } = context.world.records
    const { routerUuid, cloudPortId } = (await findInterface(read, interfaceUuid)) ?? {}
    const router = await routerRecords.findAny(read, routerUuid ?? '')
    if (cloudPortId === null || cloudPortId === undefined) return null
    if (router?.cloudRouterId) await detach(router.cloudRouterId, cloudPortId, context)
    await removePort(cloudPortId, context)
    return null
  },
  undo: 'nothing',
})

type Context = EffectContext<PanelWorld>

async function removePort(id: string, { world: { cloud }, signal, until }: Context): Promise<void> {
  await cloud.network.deletePort(id, signal)
  await gone('port', until, () => cloud.network.getPort(id, signal))
}

async function detach(
  routerId: string,
  portId: string,
  { world: { cloud }, signal, until }: Context,
): Promise<void> {
  await cloud.network.detachRouterPort(routerId, portId, signal)
  await until(async () => {
    const port = await cloud.network.getPort(portId, signal)
    if (port === undefined || isNobodys(port)) return true
    requireSound('detachment', port)
    return undefined
  })
}

function attached({ id, macAddress }: CloudPort): z.output<typeof AttachedPort> {
  return { id, macAddress }
}
