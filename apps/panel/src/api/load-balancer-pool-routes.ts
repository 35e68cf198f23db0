import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { createPool, deletePool } from '../actions/load-balancer-pool.ts'
import { PoolInUseException, PoolNotFoundException, poolRecords } from '../records/load-balancer-pools.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { createPoolBody, parseCreatePool, parsePatchLabels, patchLabelsBody } from './load-balancer-body.ts'
import { Pool } from './load-balancer-shape.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentPools } from './present-load-balancer-part.ts'
import { readRoutes } from './resource.ts'

/** `/load-balancers/pools`: list, create, look at, rename and tag, delete. */
export function poolRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: Pool, absent: PoolNotFoundException }
  const path = 'load-balancers/pools'
  const resource = { path, records: poolRecords, documentation, present: presentPools }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deletePool, { throws: [PoolInUseException] })
  const documented = {
    create: documentedCreation(documentation, { body: createPoolBody }),
    change: documentedChange(documentation, { body: patchLabelsBody }),
  }

  app.post(`/${path}`, documented.create, async (request, reply) => {
    const wanted = parseCreatePool(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `load-balancer-pool:${wanted.uuid}`
    const performed = await perform(context, reply, createPool, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch(`/${path}/:uuid`, documented.change, async (request, reply) => {
    const labels = parsePatchLabels(bodyOf(request))
    const { target } = await found(request)
    await changeLabels(context, poolRecords, target, labels)
    return reply.code(204).send()
  })
}
