import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { createObjectsUser } from '../actions/create-objects-user.ts'
import { deleteObjectsUser } from '../actions/delete-objects-user.ts'
import { type ObjectsUserRecord, objectsUserRecords } from '../records/objects-users.ts'
import type { Owned } from '../records/owned.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { parseCreateObjectsUser, parsePatchObjectsUser } from './objects-user-body.ts'
import { perform } from './perform.ts'
import { presentObjectsUsers } from './present-objects-user.ts'
import { readRoutes } from './resource.ts'

/** `/objects-users`: list, create, look at, rename and tag, delete. */
export function objectsUserRoutes(app: FastifyInstance, context: ApiContext): void {
  const { secrets, bucketCheck } = context
  const path = 'objects-users'
  const present = presentObjectsUsers(secrets)
  const { found, sendCreated } = readRoutes(app, context, { path, records: objectsUserRecords, present })
  const withoutBuckets: Pick<Owned<ObjectsUserRecord>, 'kind' | 'require'> = {
    kind: objectsUserRecords.kind,
    async require(...given) {
      const user = await objectsUserRecords.require(...given)
      await bucketCheck(user)
      return user
    },
  }
  deleteRoute(app, context, { path, records: withoutBuckets }, deleteObjectsUser)

  app.post('/objects-users', async (request, reply) => {
    const wanted = parseCreateObjectsUser(bodyOf(request), newObjectContext(request, context), secrets)
    currentTx().resource = `objects-user:${wanted.uuid}`
    const performed = await perform(context, reply, createObjectsUser, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/objects-users/:uuid', async (request, reply) => {
    const labels = parsePatchObjectsUser(bodyOf(request))
    const { target } = await found(request)
    await changeLabels(context, objectsUserRecords, target, labels)
    return reply.code(204).send()
  })
}
