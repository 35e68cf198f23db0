import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { changeNetwork } from '../actions/change-network.ts'
import { createNetwork } from '../actions/create-network.ts'
import { deleteNetwork, NetworkInUseException } from '../actions/delete-network.ts'
import { NetworkNotFoundException, networkRecords } from '../records/networks.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { createNetworkBody, parseCreateNetwork, parsePatchNetwork, patchNetworkBody } from './network-body.ts'
import { Network } from './network-shape.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentNetworks } from './present-network.ts'
import { readRoutes } from './resource.ts'

/** `/networks`: list, create, look at, change, delete. */
export function networkRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: Network, absent: NetworkNotFoundException }
  const resource = { path: 'networks', records: networkRecords, documentation, present: presentNetworks }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteNetwork, { throws: [NetworkInUseException] })
  const documented = {
    create: documentedCreation(documentation, {
      body: createNetworkBody,
      throws: [PanelQuotaExceededException],
    }),
    change: documentedChange(documentation, { body: patchNetworkBody }),
  }

  app.post('/networks', documented.create, async (request, reply) => {
    const wanted = parseCreateNetwork(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `network:${wanted.uuid}`
    const performed = await perform(context, reply, createNetwork, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/networks/:uuid', documented.change, async (request, reply) => {
    const { mtu, ...labels } = parsePatchNetwork(bodyOf(request))
    const { target } = await found(request)
    const performed =
      mtu !== undefined &&
      (await perform(context, reply, changeNetwork, { ...target, mtu, labels }, { until: 'ended' }))
    if (!performed) await changeLabels(context, networkRecords, target, labels)
    return reply.code(204).send()
  })
}
