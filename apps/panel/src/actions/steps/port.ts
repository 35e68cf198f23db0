import { BrokenObjectException, type EffectContext } from 'evenkeel/actions'
import { z } from 'zod'
import { requireFound } from '../../cloud/exceptions.ts'
import type { CloudPort } from '../../cloud/network.ts'
import { type PanelWorld, step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const Port = z.object({ id: z.string() })

export const createPort = step('network.port', {
  input: z.object({
    zone: z.string(),
    network: z.string(),
    addresses: z.array(z.object({ version: z.literal([4, 6]), address: z.string() })),
  }),
  output: Port,
  async do(input, { key, world: { cloud }, signal, until }) {
    const port = await cloud.network.createPort({ ...input, key }, signal)
    const { id } = await settled('port', port, until, () => cloud.network.getPort(port.id, signal))
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.network.findPorts(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.network.deletePort(id, signal)
    await gone('port', until, () => cloud.network.getPort(id, signal))
  },
})

const Attachment = z.object({ serverId: z.string(), portId: z.string() })

/**
 * Gives a server a port that this action has made for it. An effect that comes late finds the port where it was to be, or
 * gone: nobody else's work is in its way.
 */
export const attachPort = step('compute.port-attachment', {
  input: Attachment,
  output: Port,
  async do({ serverId, portId }, { world: { cloud }, signal, until }) {
    await cloud.compute.attachPort(serverId, portId, signal)
    return until(async () => {
      const port = requireFound(await cloud.network.getPort(portId, signal), `port ${portId}`)
      requireSound('attachment', port)
      return port.status.state === 'ready' && port.serverId === serverId ? { id: portId } : undefined
    })
  },
  async find({ input: { serverId, portId }, world: { cloud }, signal }) {
    const port = await cloud.network.getPort(portId, signal)
    if (port === undefined) return []
    const isThere = port.status.state !== 'ready' || port.serverId === serverId
    return isThere ? asFound([port], ({ id }) => ({ id })) : []
  },
  undo: ({ id }, { input: { serverId }, ...context }) => detach(serverId, id, context),
})

/** Takes a port from its server and removes it. */
export const partFromPort = step('compute.port-removal', {
  idempotent: true,
  input: Attachment,
  output: z.null(),
  async do({ serverId, portId }, context) {
    const { cloud } = context.world
    await detach(serverId, portId, context)
    await cloud.network.deletePort(portId, context.signal)
    await gone('port', context.until, () => cloud.network.getPort(portId, context.signal))
    return null
  },
  undo: 'nothing',
})

async function detach(
  serverId: string,
  portId: string,
  { world: { cloud }, signal, until }: EffectContext<PanelWorld>,
): Promise<void> {
  await cloud.compute.detachPort(serverId, portId, signal)
  await until(async () => {
    const port = await cloud.network.getPort(portId, signal)
    if (port === undefined || isNobodys(port)) return true
    requireSound('detachment', port)
    return undefined
  })
}

/** Whether nothing has a port, nor is about to. One in an error state, too: then its removal has failed, and is to be tried again. */
export function isNobodys({ serverId, routerId, status }: CloudPort): boolean {
  return status.state !== 'pending' && serverId === undefined && routerId === undefined
}

/** @throws {BrokenObjectException} what was to be done with the port ended in an error state */
export function requireSound(what: string, { id, status }: CloudPort): void {
  if (status.state === 'broken') throw new BrokenObjectException(`${what} of port ${id}`, status.fault)
}

export const deletePort = step('network.port-removal', {
  idempotent: true,
  input: Port,
  output: z.null(),
  async do({ id }, { world: { cloud }, signal, until }) {
    await cloud.network.deletePort(id, signal)
    await gone('port', until, () => cloud.network.getPort(id, signal))
    return null
  },
  undo: 'nothing',
})
