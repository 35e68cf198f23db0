import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { listVolumes, requireVolume } from '../records/volumes.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { hrefsFor } from './href.ts'
import { presentVolume } from './present-volume.ts'
import { answerAccepted } from './started-action.ts'
import { listFilter } from './tags.ts'
import { targetOf } from './target.ts'

/** `/volumes`: list, look at, delete. Volumes are made together with a server, and outlive it but for its root volume. */
export function volumeRoutes(app: FastifyInstance, { settings, records, operations, now }: ApiContext): void {
  app.get('/volumes', async request => {
    const volumes = await listVolumes(records.read, callerOf(request).projectId, listFilter(request.query))
    const href = hrefsFor(request, settings)
    return volumes.map(volume => presentVolume(volume, href))
  })

  app.get('/volumes/:uuid', async request => {
    const { projectId, uuid } = targetOf(request, 'volume')
    const volume = await requireVolume(records.read, projectId, uuid, now())
    return presentVolume(volume, hrefsFor(request, settings))
  })

  app.delete('/volumes/:uuid', async (request, reply) => {
    const target = targetOf(request, 'volume')
    await requireVolume(records.read, target.projectId, target.uuid, now())
    return answerAccepted(reply, await operations.deleteVolume(target, { signal: currentTx().signal }))
  })
}
