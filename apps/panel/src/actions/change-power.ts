import { ValidDiscardingRequestException } from 'evenkeel'
import type { AnyStep, StepCaller } from 'evenkeel/actions'
import { z } from 'zod'
import type { ServerTarget } from '../api/server-operations.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { requireSettled, requireStatus } from '../records/server-state.ts'
import { requireServer, type ServerRecord, type ServerStatus, updateServer } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { action, type PanelWorld } from './define.ts'
import { inspectServer, rebootServer, startServer, stopServer } from './steps/power.ts'

/** The server is as it was asked to be already. */
export class NothingToDoException extends ValidDiscardingRequestException<{ uuid: string }> {
  constructor(server: ServerRecord, as: string) {
    super(`Server '${server.name}' is ${as} already.`, { data: { uuid: server.uuid } })
  }
}

const Input = z.object({
  serverUuid: z.string(),
  cloudServerId: z.string(),
  /** What it goes back to if the change can't be made. */
  statusBefore: z.enum(['running', 'stopped']),
})

interface PowerChange {
  /** In words that complete "it is". */
  readonly what: string
  readonly to: 'running' | 'stopped'
  readonly steps: readonly AnyStep<PanelWorld>[]
  /** Refuses what makes no sense in the server's state, or has nothing to do. */
  check(server: ServerRecord): void
  run(id: string, step: StepCaller<PanelWorld>): Promise<unknown>
}

/** An action that changes a server's power: it ends done, or changed back with a reason. */
function powerAction(name: string, { what, to, steps, check, run }: PowerChange) {
  return action(name, {
    version: 1,
    input: Input,
    output: z.null(),
    steps,
    locks: async ({ uuid }: ServerTarget) => [`server:${uuid}`],

    async admit({ projectId, uuid }: ServerTarget, db: Db, { actionId, nowMs }) {
      const server = await requireServer(db, projectId, uuid, nowMs)
      check(server)
      const change = { what, actionId, since: newCreatedAt(nowMs) }
      await updateServer(db, uuid, { status: 'changing', change })
      return { serverUuid: uuid, cloudServerId: cloudIdOf(server), statusBefore: settledStatus(server) }
    },

    async run({ cloudServerId }, { step }) {
      await run(cloudServerId, step)
      return null
    },

    async onEnd(end, { serverUuid, statusBefore }, db) {
      await updateServer(db, serverUuid, {
        status: end.kind === 'succeeded' ? to : statusBefore,
        change: null,
      })
    },
  })
}

export const startServerAction = powerAction('server.start', {
  what: 'being started',
  to: 'running',
  steps: [startServer],
  check: refuseIf('running'),
  run: (id, step) => step(startServer, { id }),
})

export const stopServerAction = powerAction('server.stop', {
  what: 'being stopped',
  to: 'stopped',
  steps: [stopServer],
  check: refuseIf('stopped'),
  run: (id, step) => step(stopServer, { id }),
})

export const rebootServerAction = powerAction('server.reboot', {
  what: 'being rebooted',
  to: 'running',
  steps: [inspectServer, rebootServer],
  check: server => requireStatus(server, 'running', 'to be rebooted'),
  async run(id, step) {
    const { bootCount } = await step(inspectServer, { id })
    await step(rebootServer, { id, bootCount })
  },
})

function refuseIf(status: ServerStatus): (server: ServerRecord) => void {
  return server => {
    refuseIfAlready(server.status === status, server, status)
  }
}

/** @throws {NothingToDoException} the server is as it was asked to be: `isSo`, in words `as` */
export function refuseIfAlready(isSo: boolean, server: ServerRecord, as: string): void {
  if (isSo) throw new NothingToDoException(server, as)
}

/** The server's id at the cloud: there, unless it is only being created. @throws {ObjectBusyException} it is */
export function cloudIdOf(server: ServerRecord): string {
  requireSettled(server)
  if (server.cloudServerId === null)
    throw new TypeError(`server ${server.uuid} is ${server.status} without being at the cloud`)
  return server.cloudServerId
}

/** @throws {ObjectBusyException} something is under way */
export function settledStatus(server: ServerRecord): 'running' | 'stopped' {
  requireSettled(server)
  return server.status === 'stopped' ? 'stopped' : 'running'
}
