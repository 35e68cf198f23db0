import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { createLoadBalancer } from '../actions/create-load-balancer.ts'
import { deleteLoadBalancer } from '../actions/delete-load-balancer.ts'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { AddressPoolExhaustedException } from '../records/addresses.ts'
import {
  LoadBalancerNotFoundException,
  type LoadBalancerRecord,
  loadBalancerRecords,
} from '../records/load-balancers.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { SubnetFullException } from '../records/subnet-addresses.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import {
  createLoadBalancerBody,
  parseCreateLoadBalancer,
  parsePatchLabels,
  patchLabelsBody,
} from './load-balancer-body.ts'
import { LoadBalancer } from './load-balancer-shape.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentLoadBalancers } from './present-load-balancer.ts'
import { type Resource, readRoutes } from './resource.ts'

/** `/load-balancers`: list, create, look at, rename and tag, delete. */
export function loadBalancerRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: LoadBalancer, absent: LoadBalancerNotFoundException }
  const resource: Resource<LoadBalancerRecord> = {
    path: 'load-balancers',
    records: loadBalancerRecords,
    documentation,
    present: (list, db, href) => presentLoadBalancers(list, db, href, context),
  }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteLoadBalancer)
  const documented = {
    create: documentedCreation(documentation, {
      remarks:
        'Answered when it is admitted; it shows `changing` until it runs. Without `vip_addresses` it is public.',
      body: createLoadBalancerBody,
      throws: [
        PanelQuotaExceededException,
        NoCapacityException,
        AddressPoolExhaustedException,
        SubnetFullException,
      ],
    }),
    change: documentedChange(documentation, { body: patchLabelsBody }),
  }

  app.post('/load-balancers', documented.create, async (request, reply) => {
    const parsed = parseCreateLoadBalancer(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `load-balancer:${parsed.uuid}`
    const wanted = { ...parsed, changingMs: context.settings.changingMs }
    const performed = await perform(context, reply, createLoadBalancer, wanted, { until: 'admitted' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/load-balancers/:uuid', documented.change, async (request, reply) => {
    const labels = parsePatchLabels(bodyOf(request))
    const { target } = await found(request)
    await changeLabels(context, loadBalancerRecords, target, labels)
    return reply.code(204).send()
  })
}
