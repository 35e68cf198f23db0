import { BrokenObjectException, type EffectContext, type Found } from 'evenkeel/actions'
import { z } from 'zod'
import type { CloudServer } from '../../cloud/compute.ts'
import { requireFound } from '../../cloud/exceptions.ts'
import { type PanelWorld, step } from '../define.ts'

const Server = z.object({ id: z.string() })

/** How a server is now: what a change is told from. */
export const inspectServer = step('compute.inspection', {
  idempotent: true,
  input: Server,
  output: z.object({ bootCount: z.int(), vcpuCount: z.int(), memoryGb: z.int(), gpuCount: z.int() }),
  async do({ id }, { world: { cloud }, signal }) {
    const { bootCount, vcpuCount, memoryGb, gpuCount } = present(
      id,
      await cloud.compute.getServer(id, signal),
    )
    return { bootCount, vcpuCount, memoryGb, gpuCount }
  },
  undo: 'nothing',
})

export const startServer = step('compute.start', {
  changes: true,
  input: Server,
  output: Server,
  async do({ id }, context) {
    await context.world.cloud.compute.startServer(id, context.signal)
    return until(id, context, isRunning)
  },
  find: ({ input: { id }, ...context }) => whether(id, context, isRunning),
  async undo({ id }, context) {
    await context.world.cloud.compute.stopServer(id, context.signal)
    await until(id, context, isStopped)
  },
})

export const stopServer = step('compute.stop', {
  changes: true,
  input: Server,
  output: Server,
  async do({ id }, context) {
    await context.world.cloud.compute.stopServer(id, context.signal)
    return until(id, context, isStopped)
  },
  find: ({ input: { id }, ...context }) => whether(id, context, isStopped),
  async undo({ id }, context) {
    await context.world.cloud.compute.startServer(id, context.signal)
    await until(id, context, isRunning)
  },
})

export const rebootServer = step('compute.reboot', {
  changes: true,
  input: z.object({ id: z.string(), bootCount: z.int() }),
  output: Server,
  async do({ id, bootCount }, context) {
    await context.world.cloud.compute.rebootServer(id, context.signal)
    return until(id, context, hasBootedAfter(bootCount))
  },
  find: ({ input: { id, bootCount }, ...context }) => whether(id, context, hasBootedAfter(bootCount)),
  // A reboot can't be taken back: what its undo owes is a server that runs.
  async undo({ id }, context) {
    await context.world.cloud.compute.startServer(id, context.signal)
    await until(id, context, isRunning)
  },
})

const Size = z.object({ vcpuCount: z.int(), memoryGb: z.int(), gpuCount: z.int() })
type Size = z.output<typeof Size>

export const resizeServer = step('compute.resize', {
  changes: true,
  input: z.object({ id: z.string(), size: Size, sizeBefore: Size }),
  output: Server,
  async do({ id, size }, context) {
    await settle(id, context)
    await context.world.cloud.compute.resizeServer(id, size, context.signal)
    return until(id, context, hasSize(size))
  },
  find: ({ input: { id, size }, ...context }) => whether(id, context, hasSize(size)),
  async undo({ id }, { input: { sizeBefore }, ...context }) {
    await settle(id, context)
    await context.world.cloud.compute.resizeServer(id, sizeBefore, context.signal)
    await until(id, context, hasSize(sizeBefore))
  },
})

/** Stops a server that is in an error state, which is the way out of it: nothing else can be changed on such a one. */
async function settle(id: string, context: EffectContext<PanelWorld>): Promise<void> {
  const { compute } = context.world.cloud
  const server = present(id, await compute.getServer(id, context.signal))
  if (server.status.state !== 'broken') return
  await compute.stopServer(id, context.signal)
  await until(id, context, isStopped)
}

type Is = (server: CloudServer) => boolean

const isRunning: Is = ({ power }) => power === 'running'
const isStopped: Is = ({ power }) => power === 'stopped'

function hasBootedAfter(bootCount: number): Is {
  return server => server.power === 'running' && server.bootCount > bootCount
}

function hasSize({ vcpuCount, memoryGb, gpuCount }: Size): Is {
  return server =>
    server.vcpuCount === vcpuCount && server.memoryGb === memoryGb && server.gpuCount === gpuCount
}

/** Waits for a settled server that is as wanted. @throws {BrokenObjectException} it ended in an error state */
async function until(
  id: string,
  { world, signal, until: wait }: EffectContext<PanelWorld>,
  is: Is,
): Promise<{ id: string }> {
  return wait(async () => {
    const server = present(id, await world.cloud.compute.getServer(id, signal))
    if (server.status.state === 'broken') throw new BrokenObjectException(id, server.status.fault)
    return server.status.state === 'ready' && is(server) ? { id } : undefined
  })
}

/** Whether a change has taken effect, as `find` tells it: nothing is found while the server is settled and otherwise. */
async function whether(
  id: string,
  { world, signal }: EffectContext<PanelWorld>,
  is: Is,
): Promise<readonly Found<{ id: string }>[]> {
  const server = await world.cloud.compute.getServer(id, signal)
  if (server === undefined) return []
  switch (server.status.state) {
    case 'pending':
      return [{ state: 'pending', output: { id } }]
    case 'broken':
      return [{ state: 'broken', output: { id }, fault: server.status.fault }]
    case 'ready':
      return is(server) ? [{ state: 'ready', output: { id } }] : []
  }
}

function present(id: string, server: CloudServer | undefined): CloudServer {
  return requireFound(server, `server ${id}`)
}
