import type { FastifyInstance } from 'fastify'
import { deleteVolume } from '../actions/delete-volume.ts'
import { volumeRecords } from '../records/volumes.ts'
import type { ApiContext } from './context.ts'
import { perform } from './perform.ts'
import { presentVolumes } from './present-volume.ts'
import { readRoutes } from './resource.ts'

/** `/volumes`: list, look at, delete. Volumes are made together with a server, and outlive it but for its root volume. */
export function volumeRoutes(app: FastifyInstance, context: ApiContext): void {
  const { found } = readRoutes(app, context, {
    path: 'volumes',
    records: volumeRecords,
    present: presentVolumes,
  })

  app.delete('/volumes/:uuid', async (request, reply) => {
    const { target } = await found(request)
    await perform(context, reply, deleteVolume, target, { until: 'admitted' })
    return reply.code(204).send()
  })
}
