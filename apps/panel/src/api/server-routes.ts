import { randomUUID } from 'node:crypto'
import { currentTx } from 'evenkeel'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { flavorOf } from '../catalogue.ts'
import { addressesOfProject, addressesOfServer } from '../records/addresses.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { listServers, requireServer, type ServerRecord, updateServer } from '../records/servers.ts'
import { volumesByServer, volumesOfServer } from '../records/volumes.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { createServerLists, parseCreateServer } from './create-server-body.ts'
import { bodyOf } from './form-body.ts'
import { hrefsFor } from './href.ts'
import { parsePatchServer, type ServerChange } from './patch-server-body.ts'
import { presentServer } from './present-server.ts'
import type { ServerOperations, StartedAction } from './server-operations.ts'
import { actionHeader, answerAccepted } from './started-action.ts'
import { listFilter } from './tags.ts'
import { type Target, targetOf } from './target.ts'

/** `/servers`: list, create, look at, change, start, stop, reboot, delete. */
export function serverRoutes(app: FastifyInstance, context: ApiContext): void {
  const { settings, records, operations, capacityCheck, now } = context

  app.get('/servers', async request => {
    const { projectId } = callerOf(request)
    const href = hrefsFor(request, settings)
    const servers = await listServers(records.read, projectId, listFilter(request.query))
    const volumes = await volumesByServer(records.read, projectId)
    const addresses = await addressesOfProject(records.read, projectId)
    return servers.map(server => {
      const parts = { volumes: volumes.get(server.uuid) ?? [], addresses: addresses.get(server.uuid) ?? [] }
      return presentServer(server, parts, href)
    })
  })

  app.get('/servers/:uuid', async request => presented(request, await found(targetOf(request, 'server'))))

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
    const { actionId } = await operations.create(wanted, { signal: currentTx().signal })
    const body = await presented(request, await found(wanted))
    return reply.code(201).header(actionHeader, actionId).send(body)
  })

  app.patch('/servers/:uuid', async (request, reply) => {
    const target = targetOf(request, 'server')
    const change = parsePatchServer(bodyOf(request))
    await found(target)
    return answerAccepted(reply, await apply(target, change))
  })

  for (const power of ['start', 'stop', 'reboot'] as const) {
    app.post(`/servers/:uuid/${power}`, async (request, reply) => {
      return handOver(request, reply, (target, options) => operations[power](target, options))
    })
  }

  app.delete('/servers/:uuid', async (request, reply) => {
    return handOver(request, reply, (target, options) => operations.delete(target, options))
  })

  /** Whether the server's state allows it is judged where the action is admitted: here it could be another a moment later. */
  async function handOver(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: (target: Target, options: { signal: AbortSignal }) => ReturnType<ServerOperations['start']>,
  ): Promise<FastifyReply> {
    const target = targetOf(request, 'server')
    await found(target)
    return answerAccepted(reply, await operation(target, { signal: currentTx().signal }))
  }

  async function apply(target: Target, change: ServerChange): Promise<StartedAction | undefined> {
    if (change.kind === 'nothing') return undefined
    if (change.kind === 'flavor') {
      return operations.resize({ ...target, flavor: change.flavor }, { signal: currentTx().signal })
    }
    await records.transaction(async trx => {
      await requireServer(trx, target.projectId, target.uuid, now())
      await updateServer(
        trx,
        target.uuid,
        change.kind === 'name' ? { name: change.name } : { tags: change.tags },
      )
    })
    return undefined
  }

  async function found({ projectId, uuid }: Target): Promise<ServerRecord> {
    return requireServer(records.read, projectId, uuid, now())
  }

  async function presented(request: FastifyRequest, server: ServerRecord) {
    const volumes = await volumesOfServer(records.read, server.uuid)
    const addresses = await addressesOfServer(records.read, server.uuid)
    return presentServer(server, { volumes, addresses }, hrefsFor(request, settings))
  }
}
