import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { changeMonitor, createMonitor, deleteMonitor } from '../actions/load-balancer-monitor.ts'
import { monitorRecords } from '../records/load-balancer-monitors.ts'
import { changePart } from './change-load-balancer-part.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { parseCreateMonitor, parsePatchMonitor } from './load-balancer-monitor-body.ts'
import { newObjectContext } from './new-object.ts'
import { perform } from './perform.ts'
import { presentHealthMonitors } from './present-load-balancer-part.ts'
import { readRoutes } from './resource.ts'

/** `/load-balancers/health-monitors`: list, create, look at, change, delete. */
export function healthMonitorRoutes(app: FastifyInstance, context: ApiContext): void {
  const path = 'load-balancers/health-monitors'
  const resource = { path, records: monitorRecords, present: presentHealthMonitors }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteMonitor)

  app.post(`/${path}`, async (request, reply) => {
    const wanted = parseCreateMonitor(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `load-balancer-health-monitor:${wanted.uuid}`
    const performed = await perform(context, reply, createMonitor, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch(`/${path}/:uuid`, async (request, reply) => {
    const wanted = parsePatchMonitor(bodyOf(request))
    const { target } = await found(request)
    await changePart(context, reply, monitorRecords, changeMonitor, { ...target, ...wanted })
    return reply.code(204).send()
  })
}
