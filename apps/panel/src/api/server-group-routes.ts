import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { createServerGroup } from '../actions/create-server-group.ts'
import { deleteServerGroup, ServerGroupInUseException } from '../actions/delete-server-group.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { ServerGroupNotFoundException, serverGroupRecords } from '../records/server-groups.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentServerGroups } from './present-server-group.ts'
import { readRoutes } from './resource.ts'
import {
  createServerGroupBody,
  parseCreateServerGroup,
  parsePatchServerGroup,
  patchServerGroupBody,
} from './server-group-body.ts'
import { ServerGroup } from './server-group-shape.ts'

/** `/server-groups`: list, create, look at, rename and tag, delete. */
export function serverGroupRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: ServerGroup, absent: ServerGroupNotFoundException }
  const resource = {
    path: 'server-groups',
    records: serverGroupRecords,
    documentation,
    present: presentServerGroups,
  }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteServerGroup, { throws: [ServerGroupInUseException] })
  const documented = {
    create: documentedCreation(documentation, {
      remarks: 'Its servers run on different hosts.',
      body: createServerGroupBody,
      throws: [PanelQuotaExceededException],
    }),
    change: documentedChange(documentation, { body: patchServerGroupBody }),
  }

  app.post('/server-groups', documented.create, async (request, reply) => {
    const wanted = parseCreateServerGroup(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `server-group:${wanted.uuid}`
    const performed = await perform(context, reply, createServerGroup, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/server-groups/:uuid', documented.change, async (request, reply) => {
    const labels = parsePatchServerGroup(bodyOf(request))
    const { target } = await found(request)
    await changeLabels(context, serverGroupRecords, target, labels)
    return reply.code(204).send()
  })
}
