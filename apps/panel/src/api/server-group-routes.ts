import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { createServerGroup } from '../actions/create-server-group.ts'
import { deleteServerGroup } from '../actions/delete-server-group.ts'
import { serverGroupRecords } from '../records/server-groups.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { perform } from './perform.ts'
import { presentServerGroups } from './present-server-group.ts'
import { readRoutes } from './resource.ts'
import { parseCreateServerGroup, parsePatchServerGroup } from './server-group-body.ts'

/** `/server-groups`: list, create, look at, rename and tag, delete. */
export function serverGroupRoutes(app: FastifyInstance, context: ApiContext): void {
  const resource = { path: 'server-groups', records: serverGroupRecords, present: presentServerGroups }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteServerGroup)

  app.post('/server-groups', async (request, reply) => {
    const wanted = parseCreateServerGroup(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `server-group:${wanted.uuid}`
    const performed = await perform(context, reply, createServerGroup, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/server-groups/:uuid', async (request, reply) => {
    const labels = parsePatchServerGroup(bodyOf(request))
    const { target } = await found(request)
    await changeLabels(context, serverGroupRecords, target, labels)
    return reply.code(204).send()
  })
}
