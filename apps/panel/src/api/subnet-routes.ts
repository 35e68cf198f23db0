import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { changeSubnet } from '../actions/change-subnet.ts'
import { createSubnet } from '../actions/create-subnet.ts'
import { deleteSubnet, SubnetInUseException } from '../actions/delete-subnet.ts'
import { SubnetNotFoundException, subnetRecords } from '../records/subnets.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { Subnet } from './network-shape.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentSubnets } from './present-subnet.ts'
import { readRoutes } from './resource.ts'
import {
  createSubnetBody,
  parseCreateSubnet,
  parsePatchSubnet,
  patchSubnetBody,
  subnetLists,
} from './subnet-body.ts'

/** `/subnets`: list, create, look at, change, delete. */
export function subnetRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: Subnet, absent: SubnetNotFoundException }
  const resource = { path: 'subnets', records: subnetRecords, documentation, present: presentSubnets }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteSubnet, { throws: [SubnetInUseException] })
  const documented = {
    create: documentedCreation(documentation, { body: createSubnetBody }),
    change: documentedChange(documentation, {
      remarks:
        '`null` takes the gateway away, and goes back to the name servers that subnets have by themselves.',
      body: patchSubnetBody,
    }),
  }

  app.post('/subnets', documented.create, async (request, reply) => {
    const body = bodyOf(request, { lists: subnetLists })
    const wanted = parseCreateSubnet(body, newObjectContext(request, context))
    currentTx().resource = `subnet:${wanted.uuid}`
    const performed = await perform(context, reply, createSubnet, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/subnets/:uuid', documented.change, async (request, reply) => {
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
