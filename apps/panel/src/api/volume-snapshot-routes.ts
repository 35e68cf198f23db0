import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { createVolumeSnapshot } from '../actions/create-volume-snapshot.ts'
import { deleteVolumeSnapshot } from '../actions/delete-volume-snapshot.ts'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import {
  SnapshotsPerVolumeException,
  VolumeSnapshotNotFoundException,
  volumeSnapshotRecords,
} from '../records/volume-snapshots.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentVolumeSnapshots } from './present-volume-snapshot.ts'
import { readRoutes } from './resource.ts'
import {
  createSnapshotBody,
  parseCreateSnapshot,
  parsePatchSnapshot,
  patchSnapshotBody,
} from './volume-snapshot-body.ts'
import { VolumeSnapshot } from './volume-snapshot-shape.ts'

/** `/volume-snapshots`: list, create, look at, rename, delete. */
export function volumeSnapshotRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: VolumeSnapshot, absent: VolumeSnapshotNotFoundException }
  const resource = {
    path: 'volume-snapshots',
    records: volumeSnapshotRecords,
    documentation,
    present: presentVolumeSnapshots,
  }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteVolumeSnapshot)
  const documented = {
    create: documentedCreation(documentation, {
      body: createSnapshotBody,
      throws: [PanelQuotaExceededException, SnapshotsPerVolumeException, NoCapacityException],
    }),
    change: documentedChange(documentation, { body: patchSnapshotBody }),
  }

  app.post('/volume-snapshots', documented.create, async (request, reply) => {
    const wanted = parseCreateSnapshot(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `volume-snapshot:${wanted.uuid}`
    // Answered when it is made: what is written on the volume after the answer is not in the snapshot.
    const performed = await perform(context, reply, createVolumeSnapshot, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/volume-snapshots/:uuid', documented.change, async (request, reply) => {
    const labels = parsePatchSnapshot(bodyOf(request))
    const { target } = await found(request)
    await changeLabels(context, volumeSnapshotRecords, target, labels)
    return reply.code(204).send()
  })
}
