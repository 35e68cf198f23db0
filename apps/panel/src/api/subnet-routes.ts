import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { changeSubnet } from '../actions/change-subnet.ts'
import { createSubnet } from '../actions/create-subnet.ts'
import { deleteSubnet } from '../actions/delete-subnet.ts'
import { subnetRecords } from '../records/subnets.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { perform } from './perform.ts'
import { presentSubnets } from './present-subnet.ts'
import { readRoutes } from './resource.ts'
import { parseCreateSubnet, parsePatchSubnet, subnetLists } from './subnet-body.ts'

/** `/subnets`: list, create, look at, change, delete. */
export function subnetRoutes(app: FastifyInstance, context: ApiContext): void {
  const resource = { path: 'subnets', records: subnetRecords, present: presentSubnets }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteSubnet)

  app.post('/subnets', async (request, reply) => {
    const body = bodyOf(request, { lists: subnetLists })
    const wanted = parseCreateSubnet(body, newObjectContext(request, context))
    currentTx().resource = `subnet:${wanted.uuid}`
    const performed = await perform(context, reply, createSubnet, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/subnets/:uuid', async (request, reply) => {
    const { tags, ...settings } = parsePatchSubnet(bodyOf(request, { lists: subnetLists }))
    const { target } = await found(request)
    const isChange = settings.gatewayAddress !== undefined || settings.dnsServers !== undefined
    const performed =
      isChange &&
      (await perform(context, reply, changeSubnet, { ...target, ...settings, tags }, { until: 'ended' }))
    if (!performed) await changeLabels(context, subnetRecords, target, { tags })
    return reply.code(204).send()
  })
}
