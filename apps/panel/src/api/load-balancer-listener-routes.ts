import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { changeListener, createListener, deleteListener } from '../actions/load-balancer-listener.ts'
import { ListenerNotFoundException, listenerRecords } from '../records/load-balancer-listeners.ts'
import { changePart } from './change-load-balancer-part.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import {
  createListenerBody,
  listenerLists,
  parseCreateListener,
  parsePatchListener,
  patchListenerBody,
} from './load-balancer-listener-body.ts'
import { Listener } from './load-balancer-shape.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentListeners } from './present-load-balancer-part.ts'
import { readRoutes } from './resource.ts'

/** `/load-balancers/listeners`: list, create, look at, change, delete. */
export function listenerRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: Listener, absent: ListenerNotFoundException }
  const path = 'load-balancers/listeners'
  const resource = { path, records: listenerRecords, documentation, present: presentListeners }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteListener)
  const documented = {
    create: documentedCreation(documentation, { body: createListenerBody }),
    change: documentedChange(documentation, { body: patchListenerBody }),
  }

  app.post(`/${path}`, documented.create, async (request, reply) => {
    const body = bodyOf(request, { lists: listenerLists })
    const wanted = parseCreateListener(body, newObjectContext(request, context))
    currentTx().resource = `load-balancer-listener:${wanted.uuid}`
    const performed = await perform(context, reply, createListener, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch(`/${path}/:uuid`, documented.change, async (request, reply) => {
    const wanted = parsePatchListener(bodyOf(request, { lists: listenerLists }))
    const { target } = await found(request)
    await changePart(context, reply, listenerRecords, changeListener, { ...target, ...wanted })
    return reply.code(204).send()
  })
}
