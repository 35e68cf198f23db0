import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { validate } from '../api/validate.ts'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'

const newBucket = z.object({ objects_user_id: z.string(), name: z.string() })

/** `/cloud/buckets`: the simulated object store has no door for its users, so that operators make and remove buckets for them. */
export function bucketRoutes(
  scope: FastifyInstance,
  { cloud }: { cloud: Pick<EmbeddedCloud, 'makeBucket' | 'removeBucket'> },
): void {
  scope.post('/cloud/buckets', async (request, reply) => {
    const { objects_user_id: userId, name } = validate(newBucket, request.body)
    cloud.makeBucket({ name, userId })
    return reply.code(201).send({ name, objects_user_id: userId })
  })

  scope.delete('/cloud/buckets/:name', async (request, reply) => {
    cloud.removeBucket((request.params as { name: string }).name)
    return reply.code(204).send()
  })
}
