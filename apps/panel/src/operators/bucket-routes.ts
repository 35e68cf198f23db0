import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { validate, wrongField } from '../api/validate.ts'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import type { Records } from '../records/database.ts'
import { objectsUserRecords } from '../records/objects-users.ts'

const newBucket = z.object({ objects_user_id: z.string(), name: z.string() })

/** `/cloud/buckets`: the simulated object store has no door for its users, so that operators make and remove buckets for them. */
export function bucketRoutes(
  scope: FastifyInstance,
  { cloud, records }: { cloud: Pick<EmbeddedCloud, 'makeBucket' | 'removeBucket'>; records: Records },
): void {
  scope.post('/cloud/buckets', async (request, reply) => {
    const { objects_user_id: id, name } = validate(newBucket, request.body)
    const user = await objectsUserRecords.findAny(records.read, id)
    if (user === undefined || user.cloudUserId === null)
      throw wrongField('objects_user_id', `Objects user ${id} does not exist.`)
    cloud.makeBucket({ name, userId: user.cloudUserId })
    return reply.code(201).send({ name, objects_user_id: id })
  })

  scope.delete('/cloud/buckets/:name', async (request, reply) => {
    cloud.removeBucket((request.params as { name: string }).name)
    return reply.code(204).send()
  })
}
