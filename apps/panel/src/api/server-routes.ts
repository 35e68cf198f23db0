import { randomUUID } from 'node:crypto'
import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { rebootServerAction, startServerAction, stopServerAction } from '../actions/change-power.ts'
import { createServer } from '../actions/create-server.ts'
import { deleteServer } from '../actions/delete-server.ts'
import { resizeServerAction } from '../actions/resize-server.ts'
import { flavorOf } from '../catalogue.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { serverRecords } from '../records/servers.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { createServerLists, parseCreateServer } from './create-server-body.ts'
import { bodyOf } from './form-body.ts'
import { parsePatchServer } from './patch-server-body.ts'
import { perform } from './perform.ts'
import { presentServers } from './present-server.ts'
import { readRoutes } from './resource.ts'

/** `/servers`: list, create, look at, change, start, stop, reboot, delete. */
export function serverRoutes(app: FastifyInstance, context: ApiContext): void {
  const { records, capacityCheck, now } = context
  const { found, sendCreated } = readRoutes(app, context, {
    path: 'servers',
    records: serverRecords,
    present: presentServers,
  })

  app.post('/servers', async (request, reply) => {
    const { projectId, defaultZone } = callerOf(request)
    const wanted = parseCreateServer(bodyOf(request, { lists: createServerLists }), {
      projectId,
      defaultZone,
      createdAt: newCreatedAt(now()),
      newUuid: randomUUID,
    })
    currentTx().resource = `server:${wanted.uuid}`
    await capacityCheck(wanted.zone, flavorOf(wanted.flavor))
    const performed = await perform(context, reply, createServer, wanted, { until: 'admitted' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/servers/:uuid', async (request, reply) => {
    const change = parsePatchServer(bodyOf(request))
    const { target } = await found(request)
    if (change.kind === 'flavor') {
      const wanted = { ...target, flavor: change.flavor }
      await perform(context, reply, resizeServerAction, wanted, { until: 'admitted' })
    } else if (change.kind !== 'nothing') {
      const { kind: _, ...changes } = change
      await records.transaction(async trx => {
        await serverRecords.require(trx, target.projectId, target.uuid, now())
        await serverRecords.update(trx, target.uuid, changes)
      })
    }
    return reply.code(204).send()
  })

  const powers = { start: startServerAction, stop: stopServerAction, reboot: rebootServerAction }
  for (const [power, action] of Object.entries(powers)) {
    app.post(`/servers/:uuid/${power}`, async (request, reply) => {
      const { target } = await found(request)
      await perform(context, reply, action, target, { until: 'admitted' })
      return reply.code(204).send()
    })
  }

  app.delete('/servers/:uuid', async (request, reply) => {
    const { target } = await found(request)
    await perform(context, reply, deleteServer, target, { until: 'admitted' })
    return reply.code(204).send()
  })
}
