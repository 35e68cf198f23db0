import type { AnyStep, StepCaller } from 'evenkeel/actions'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { requireStatus } from '../records/server-state.ts'
import { type ServerRecord, type ServerStatus, serverRecords } from '../records/servers.ts'
import { deleteSuspendedServer } from '../records/suspended-servers.ts'
import type { Db } from '../records/tables.ts'
import { aboutServer } from './about-server.ts'
import { action, changeOf, type PanelWorld } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { inspectServer, rebootServer, startServer, stopServer } from './steps/power.ts'
import type { Target } from './target.ts'

const Input = z.object({
  serverUuid: z.string(),
  cloudServerId: z.string(),
  /** What it goes back to if the change can't be made. */
  statusBefore: z.enum(['running', 'stopped']),
})

interface PowerChange {
  /** In words that complete "it is". */
  readonly what: string
  readonly log: { readonly action: string; readonly done: string }
  readonly to: 'running' | 'stopped'
  readonly steps: readonly AnyStep<PanelWorld>[]
  /** Refuses what makes no sense in the server's state, or has nothing to do. */
  check(server: ServerRecord, db: Db): void | Promise<void>
  /** What else is written when it is done. @default the power is as its owner has set it, whatever a suspension did before */
  whenDone?(serverUuid: string, db: Db): Promise<void>
  run(id: string, step: StepCaller<PanelWorld>): Promise<unknown>
}

/** An action that changes a server's power: it ends done, or changed back with a reason. */
export function powerAction(
  name: string,
  {
    what,
    log,
    to,
    steps,
    check,
    whenDone = (serverUuid, db) => deleteSuspendedServer(db, serverUuid),
    run,
  }: PowerChange,
) {
  return action(name, {
    version: 1,
    input: Input,
    output: z.null(),
    steps,
    about: (target, db) => aboutServer(target, db, log),
    locks: async ({ uuid }: Target) => [`server:${uuid}`],

    async admit({ projectId, uuid }: Target, db: Db, context) {
      const server = await serverRecords.require(db, projectId, uuid, context.nowMs)
      await requireSettled(db, serverRecords, server)
      await check(server, db)
      await serverRecords.update(db, uuid, { status: 'changing', change: changeOf(what, context) })
      return {
        serverUuid: uuid,
        cloudServerId: cloudIdOf(server),
        statusBefore: server.status === 'stopped' ? ('stopped' as const) : ('running' as const),
      }
    },

    async run({ cloudServerId }, { step }) {
      await run(cloudServerId, step)
      return null
    },

    async onEnd(end, { serverUuid, statusBefore }, db) {
      await serverRecords.update(db, serverUuid, {
        status: end.kind === 'succeeded' ? to : statusBefore,
        change: null,
      })
      if (end.kind === 'succeeded') await whenDone(serverUuid, db)
    },
  })
}

export const startServerAction = powerAction('server.start', {
  what: 'being started',
  log: { action: 'server_start', done: 'has been started' },
  to: 'running',
  steps: [startServer],
  check: refuseIf('running'),
  run: (id, step) => step(startServer, { id }),
})

export const stopServerAction = powerAction('server.stop', {
  what: 'being stopped',
  log: { action: 'server_stop', done: 'has been shut down' },
  to: 'stopped',
  steps: [stopServer],
  check: refuseIf('stopped'),
  run: (id, step) => step(stopServer, { id }),
})

export const rebootServerAction = powerAction('server.reboot', {
  what: 'being rebooted',
  log: { action: 'server_reboot', done: 'has been rebooted' },
  to: 'running',
  steps: [inspectServer, rebootServer],
  check: server => requireStatus(server, 'running', 'to be rebooted'),
  async run(id, step) {
    const { bootCount } = await step(inspectServer, { id })
    await step(rebootServer, { id, bootCount })
  },
})

/** Refuses to do what is done already. */
export function refuseIf(status: ServerStatus): (server: ServerRecord) => void {
  return server => refuseIfAlready(server.status === status, `Server '${server.name}'`, status)
}

/** The server's id at the cloud, which every settled server has. */
export function cloudIdOf(server: ServerRecord): string {
  if (server.cloudServerId === null)
    throw new TypeError(`server ${server.uuid} is ${server.status} without being at the cloud`)
  return server.cloudServerId
}
