import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { ObjectsUserHasBucketsException } from '../actions/bucket-check.ts'
import { createObjectsUser } from '../actions/create-objects-user.ts'
import { deleteObjectsUser } from '../actions/delete-objects-user.ts'
import {
  ObjectsUserNotFoundException,
  type ObjectsUserRecord,
  objectsUserRecords,
} from '../records/objects-users.ts'
import type { Owned } from '../records/owned.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import {
  createObjectsUserBody,
  parseCreateObjectsUser,
  parsePatchObjectsUser,
  patchObjectsUserBody,
} from './objects-user-body.ts'
import { ObjectsUser } from './objects-user-shape.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentObjectsUsers } from './present-objects-user.ts'
import { readRoutes } from './resource.ts'

/** `/objects-users`: list, create, look at, rename and tag, delete. */
export function objectsUserRoutes(app: FastifyInstance, context: ApiContext): void {
  const { secrets, bucketCheck } = context
  const documentation = { shape: ObjectsUser, absent: ObjectsUserNotFoundException }
  const resource = {
    path: 'objects-users',
    records: objectsUserRecords,
    documentation,
    present: presentObjectsUsers(secrets),
  }
  const { found, sendCreated } = readRoutes(app, context, resource)
  const withoutBuckets: Pick<Owned<ObjectsUserRecord>, 'kind' | 'require'> = {
    kind: objectsUserRecords.kind,
    async require(...given) {
      const user = await objectsUserRecords.require(...given)
      await bucketCheck(user)
      return user
    },
  }
  deleteRoute(app, context, { ...resource, records: withoutBuckets }, deleteObjectsUser, {
    throws: [ObjectsUserHasBucketsException],
  })
  const documented = {
    create: documentedCreation(documentation, {
      remarks: 'Its keys are those of the S3 API. They never change.',
      body: createObjectsUserBody,
      throws: [PanelQuotaExceededException],
    }),
    change: documentedChange(documentation, { body: patchObjectsUserBody }),
  }

  app.post('/objects-users', documented.create, async (request, reply) => {
    const wanted = parseCreateObjectsUser(bodyOf(request), newObjectContext(request, context), secrets)
    currentTx().resource = `objects-user:${wanted.uuid}`
    const performed = await perform(context, reply, createObjectsUser, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/objects-users/:uuid', documented.change, async (request, reply) => {
    const labels = parsePatchObjectsUser(bodyOf(request))
    const { target } = await found(request)
    await changeLabels(context, objectsUserRecords, target, labels)
    return reply.code(204).send()
  })
}
