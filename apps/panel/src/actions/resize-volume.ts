import { ValidationException } from 'evenkeel'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { checkQuota, reserveQuota } from '../records/quota.ts'
import type { Db } from '../records/tables.ts'
import { volumeRecords } from '../records/volumes.ts'
import { aboutVolume, cloudVolumeIdOf } from './about-volume.ts'
import { action, changeOf } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { extendVolume } from './steps/volume.ts'
import type { Target } from './target.ts'
import { requireVolumeSize } from './volume-size.ts'

export interface ResizeVolumeRequest extends Target {
  readonly sizeGb: number
}

/**
 * Enlarges a volume, attached or not: it ends with the new size, or with the old one and a reason. Where it is
 * given up and the volume grows all the same, its record follows.
 */
export const resizeVolumeAction = action('volume.resize', {
  version: 1,
  input: z.object({ volumeUuid: z.string(), volumeId: z.string(), sizeGb: z.int() }),
  output: z.null(),
  isCancellable: false,
  steps: [extendVolume],
  about: (request: ResizeVolumeRequest, db) =>
    aboutVolume(request, db, {
      action: 'volume_resize',
      done: `has been enlarged to ${request.sizeGb} GB`,
    }),
  locks: async ({ uuid }: ResizeVolumeRequest) => [`volume:${uuid}`],

  async admit({ projectId, uuid, sizeGb }: ResizeVolumeRequest, db: Db, context) {
    const volume = await volumeRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, volumeRecords, volume)
    refuseIfAlready(volume.sizeGb === sizeGb, `Volume '${volume.name}'`, `${sizeGb} GB large`)
    requireVolumeSize(volume.type, sizeGb)
    if (sizeGb < volume.sizeGb)
      throw new ValidationException({
        size_gb: `Must be more than ${volume.sizeGb}: volume '${volume.name}' has as many GB, and volumes only grow.`,
      })
    const more = { volumeGb: sizeGb - volume.sizeGb }
    await checkQuota(db, projectId, more)
    await reserveQuota(db, context.actionId, projectId, more)
    await volumeRecords.update(db, uuid, { change: changeOf('being enlarged', context) })
    return { volumeUuid: uuid, volumeId: cloudVolumeIdOf(volume), sizeGb }
  },

  async run({ volumeUuid, volumeId, sizeGb }, { step }) {
    await step(extendVolume, { volumeUuid, id: volumeId, sizeGb })
    return null
  },

  async onEnd(end, { volumeUuid, sizeGb }, db) {
    const grown = end.kind === 'succeeded' ? { sizeGb } : {}
    await volumeRecords.update(db, volumeUuid, { ...grown, change: null })
  },
})
