import { currentTx } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addRouterInterface } from '../actions/add-router-interface.ts'
import { createRouter } from '../actions/create-router.ts'
import { deleteRouter } from '../actions/delete-router.ts'
import {
  RouterInterfaceNotFoundException,
  removeRouterInterfaceAction,
  requireRouterInterface,
} from '../actions/remove-router-interface.ts'
import { AddressPoolExhaustedException } from '../records/addresses.ts'
import { findInterface } from '../records/interfaces.ts'
import { findRunningAction } from '../records/project-actions.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { RouterNotFoundException, routerRecords } from '../records/routers.ts'
import { SubnetFullException } from '../records/subnet-addresses.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { hrefsFor } from './href.ts'
import type { SendCreated } from './idempotency.ts'
import { newObjectContext } from './new-object.ts'
import { created, documentedCreation, operation } from './openapi/operation.ts'
import { actionHeader, perform } from './perform.ts'
import { presentRouterInterface, presentRouters } from './present-router.ts'
import { readRoutes } from './resource.ts'
import {
  createRouterBody,
  parseCreateRouter,
  parseRouterInterface,
  routerInterfaceBody,
  routerInterfaceLists,
} from './router-body.ts'
import { Router, RouterInterface } from './router-shape.ts'

/** `/routers`: list, create, look at, delete; and `/routers/{uuid}/interfaces`: create and delete. */
export function routerRoutes(app: FastifyInstance, context: ApiContext): void {
  const { settings, records, creations } = context
  const documentation = { shape: Router, absent: RouterNotFoundException }
  const resource = { path: 'routers', records: routerRecords, documentation, present: presentRouters }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteRouter)
  const documented = {
    create: documentedCreation(documentation, {
      remarks: 'Answered when it is admitted: the router is `changing` until it runs.',
      body: createRouterBody,
      throws: [PanelQuotaExceededException, AddressPoolExhaustedException],
    }),
    connect: operation({
      does: 'Give a router an interface',
      remarks: 'Without addresses it is given one of the first subnet: the gateway’s, where that is free.',
      body: routerInterfaceBody,
      answer: created(RouterInterface),
      throws: [RouterNotFoundException, RouterInterfaceNotFoundException, SubnetFullException],
    }),
    disconnect: operation({
      does: 'Take an interface from a router',
      throws: [RouterNotFoundException, RouterInterfaceNotFoundException],
    }),
  }

  app.post('/routers', documented.create, async (request, reply) => {
    const parsed = parseCreateRouter(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `router:${parsed.uuid}`
    const wanted = { ...parsed, changingMs: settings.changingMs }
    const performed = await perform(context, reply, createRouter, wanted, { until: 'admitted' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.post('/routers/:uuid/interfaces', documented.connect, async (request, reply) => {
    const body = bodyOf(request, { lists: routerInterfaceLists })
    const { target } = await found(request)
    const wanted = parseRouterInterface(body, target, newObjectContext(request, context))
    const performed = await perform(context, reply, addRouterInterface, wanted, { until: 'ended' })
    return sendInterface(request, reply, performed?.objectUuid ?? wanted.interfaceUuid)
  })

  const sendInterface: SendCreated = async (request, reply, uuid) => {
    const { record } = await found(request)
    await requireRouterInterface(records.read, record.uuid, uuid)
    const shown = await presentRouterInterface(record, uuid, records.read, hrefsFor(request, settings))
    return reply.code(201).send(shown)
  }
  creations.set(`${app.prefix}/routers/:uuid/interfaces`, sendInterface)

  app.delete('/routers/:uuid/interfaces/:interface', documented.disconnect, async (request, reply) => {
    const { target } = await found(request)
    const interfaceUuid = interfaceOf(request)
    try {
      await requireRouterInterface(records.read, target.uuid, interfaceUuid)
      const wanted = { ...target, interfaceUuid }
      await perform(context, reply, removeRouterInterfaceAction, wanted, { until: 'admitted' })
    } catch (thrown) {
      if (!(thrown instanceof RouterInterfaceNotFoundException)) throw thrown
      // Asked again while it is being removed, it answers as it did the first time.
      const isLeaving = (await findInterface(records.read, interfaceUuid))?.routerUuid === target.uuid
      const running = await findRunningAction(records.read, target, removeRouterInterfaceAction.name)
      if (!isLeaving || running === undefined) throw thrown
      reply.header(actionHeader, running.actionId)
    }
    return reply.code(204).send()
  })
}

function interfaceOf(request: FastifyRequest): string {
  const { interface: uuid } = request.params as { interface: string }
  return uuid.toLowerCase()
}
