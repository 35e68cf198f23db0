import { insertSuspendedServer, isSuspendedServer } from '../records/suspended-servers.ts'
import { findSuspension } from '../records/suspensions.ts'
import { powerAction, refuseIf } from './change-power.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { startServer, stopServer } from './steps/power.ts'

/** Shuts a server down because its project is suspended, and notes that it is to run again afterwards. */
export const suspendServer = powerAction('server.suspend', {
  what: 'being shut down, because its project is suspended',
  log: { action: 'server_stop', done: 'has been shut down, because its project is suspended' },
  to: 'stopped',
  steps: [stopServer],
  async check(server, db) {
    const suspension = await findSuspension(db, server.projectId)
    refuseIfAlready(suspension === undefined, `Project ${server.projectId}`, 'resumed')
    refuseIf('stopped')(server)
  },
  whenDone: (serverUuid, db) => insertSuspendedServer(db, serverUuid),
  run: (id, step) => step(stopServer, { id }),
})

/** Starts a server again that was shut down because its project was suspended. */
export const resumeServer = powerAction('server.resume', {
  what: 'being started, because its project is resumed',
  log: { action: 'server_start', done: 'has been started, because its project is resumed' },
  to: 'running',
  steps: [startServer],
  async check(server, db) {
    const suspension = await findSuspension(db, server.projectId)
    refuseIfAlready(suspension !== undefined, `Project ${server.projectId}`, 'suspended again')
    const isOwed = await isSuspendedServer(db, server.uuid)
    refuseIfAlready(!isOwed, `Server '${server.name}'`, 'as its owner has left it')
    refuseIf('running')(server)
  },
  run: (id, step) => step(startServer, { id }),
})
