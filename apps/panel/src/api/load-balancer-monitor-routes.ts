import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { changeMonitor, createMonitor, deleteMonitor } from '../actions/load-balancer-monitor.ts'
import { HealthMonitorNotFoundException, monitorRecords } from '../records/load-balancer-monitors.ts'
import { changePart } from './change-load-balancer-part.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import {
  createMonitorBody,
  parseCreateMonitor,
  parsePatchMonitor,
  patchMonitorBody,
} from './load-balancer-monitor-body.ts'
import { HealthMonitor } from './load-balancer-shape.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentHealthMonitors } from './present-load-balancer-part.ts'
import { readRoutes } from './resource.ts'

/** `/load-balancers/health-monitors`: list, create, look at, change, delete. */
export function healthMonitorRoutes(app: FastifyInstance, context: ApiContext): void {
  const path = 'load-balancers/health-monitors'
  const documentation = { shape: HealthMonitor, absent: HealthMonitorNotFoundException }
  const resource = { path, records: monitorRecords, documentation, present: presentHealthMonitors }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteMonitor)
  const documented = {
    create: documentedCreation(documentation, { body: createMonitorBody }),
    change: documentedChange(documentation, {
      remarks: 'Of `http`, what is not given stays as it is; `null` takes the `host` away.',
      body: patchMonitorBody,
    }),
  }

  app.post(`/${path}`, documented.create, async (request, reply) => {
    const wanted = parseCreateMonitor(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `load-balancer-health-monitor:${wanted.uuid}`
    const performed = await perform(context, reply, createMonitor, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch(`/${path}/:uuid`, documented.change, async (request, reply) => {
    const wanted = parsePatchMonitor(bodyOf(request))
    const { target } = await found(request)
    await changePart(context, reply, monitorRecords, changeMonitor, { ...target, ...wanted })
    return reply.code(204).send()
  })
}
