import { currentTx } from 'evenkeel'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { attachVolumeAction } from '../actions/attach-volume.ts'
import { createVolumeAction } from '../actions/create-volume.ts'
import { deleteVolume } from '../actions/delete-volume.ts'
import { detachVolumeAction } from '../actions/detach-volume.ts'
import { resizeVolumeAction } from '../actions/resize-volume.ts'
import { revertVolumeAction, VolumeInUseException } from '../actions/revert-volume.ts'
import type { Target } from '../actions/target.ts'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { ServerStateException } from '../records/server-state.ts'
import { VolumeHasSnapshotsException } from '../records/volume-snapshots.ts'
import {
  RootVolumeException,
  VolumeNotFoundException,
  VolumesPerServerException,
  volumeRecords,
} from '../records/volumes.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { OnlyOneAttributeException } from './only-one-attribute.ts'
import { documentedChange, documentedCreation, operation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentVolumes } from './present-volume.ts'
import { readRoutes } from './resource.ts'
import {
  createVolumeBody,
  parseCreateVolume,
  parsePatchVolume,
  parseRevert,
  patchVolumeBody,
  revertBody,
  type VolumeChange,
  volumeLists,
} from './volume-body.ts'
import { Volume } from './volume-shape.ts'

/** `/volumes`: list, create, look at, change, attach, move, detach, revert, delete. All but the last is done when it is answered. */
export function volumeRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: Volume, absent: VolumeNotFoundException }
  const resource = { path: 'volumes', records: volumeRecords, documentation, present: presentVolumes }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteVolume, {
    throws: [RootVolumeException, VolumeHasSnapshotsException],
  })
  const documented = {
    create: documentedCreation(documentation, {
      remarks: 'An empty one of `size_gb`, or a copy of `volume_snapshot_uuid`.',
      body: createVolumeBody,
      throws: [PanelQuotaExceededException, NoCapacityException, VolumesPerServerException],
    }),
    change: documentedChange(documentation, {
      remarks:
        'One attribute at a time. It can grow, also while attached; `servers` moves it, and `[]` detaches it.',
      body: patchVolumeBody,
      throws: [
        OnlyOneAttributeException,
        PanelQuotaExceededException,
        NoCapacityException,
        RootVolumeException,
        VolumesPerServerException,
      ],
    }),
    revert: operation({
      does: 'Revert a volume to a snapshot',
      remarks: 'To the newest one: while it is detached, or its server stopped if it is a root volume.',
      body: revertBody,
      throws: [VolumeNotFoundException, VolumeInUseException, ServerStateException],
    }),
  }

  app.post('/volumes', documented.create, async (request, reply) => {
    const body = bodyOf(request, { lists: volumeLists })
    const wanted = parseCreateVolume(body, newObjectContext(request, context))
    currentTx().resource = `volume:${wanted.uuid}`
    const performed = await perform(context, reply, createVolumeAction, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/volumes/:uuid', documented.change, async (request, reply) => {
    const change = parsePatchVolume(bodyOf(request, { lists: volumeLists }))
    const { target } = await found(request)
    await make(change, target, reply)
    return reply.code(204).send()
  })

  app.post('/volumes/:uuid/revert', documented.revert, async (request, reply) => {
    const { snapshot } = parseRevert(bodyOf(request))
    const { target } = await found(request)
    await perform(context, reply, revertVolumeAction, { ...target, snapshot }, { until: 'ended' })
    return reply.code(204).send()
  })

  async function make(change: VolumeChange, target: Target, reply: FastifyReply): Promise<void> {
    const until = 'ended'
    switch (change.kind) {
      case 'labels':
        return changeLabels(context, volumeRecords, target, change.labels)
      case 'size': {
        const wanted = { ...target, sizeGb: change.sizeGb }
        await perform(context, reply, resizeVolumeAction, wanted, { until })
        return
      }
      case 'attach': {
        const wanted = { ...target, server: change.server }
        await perform(context, reply, attachVolumeAction, wanted, { until })
        return
      }
      case 'detach':
        await perform(context, reply, detachVolumeAction, target, { until })
    }
  }
}
