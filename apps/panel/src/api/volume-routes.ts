import type { FastifyInstance } from 'fastify'
import { deleteVolume } from '../actions/delete-volume.ts'
import { volumeRecords } from '../records/volumes.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { presentVolumes } from './present-volume.ts'
import { readRoutes } from './resource.ts'

/** `/volumes`: list, look at, delete. Volumes are made together with a server, and outlive it but for its root volume. */
export function volumeRoutes(app: FastifyInstance, context: ApiContext): void {
  const resource = { path: 'volumes', records: volumeRecords, present: presentVolumes }
  readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteVolume)
}
