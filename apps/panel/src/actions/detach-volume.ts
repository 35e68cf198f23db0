import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { requireNotRoot, volumeRecords } from '../records/volumes.ts'
import { aboutVolume, cloudVolumeIdOf } from './about-volume.ts'
import { cloudIdOfHolder } from './attach-volume.ts'
import { action, changeOf } from './define.ts'
import { alreadySo } from './nothing-to-do.ts'
import { detachVolume } from './steps/attachment.ts'
import type { Target } from './target.ts'

/** Takes a volume from the server that has it: it ends detached, or attached as before with a reason. */
export const detachVolumeAction = action('volume.detach', {
  version: 1,
  input: z.object({ volumeUuid: z.string(), volumeId: z.string(), serverId: z.string() }),
  output: z.null(),
  steps: [detachVolume],
  async about(target: Target, db) {
    const volume = await volumeRecords.findAny(db, target.uuid)
    const server = await serverRecords.findAny(db, volume?.serverUuid ?? '')
    return aboutVolume(target, db, {
      action: 'server_volume_detach',
      done: `has been detached from server '${server?.name}'`,
    })
  },

  async locks({ projectId, uuid }: Target, db: Db) {
    const holder = (await volumeRecords.find(db, projectId, uuid))?.serverUuid ?? null
    return [`volume:${uuid}`, ...(holder === null ? [] : [`server:${holder}`])]
  },

  async admit({ projectId, uuid }: Target, db: Db, context) {
    const volume = await volumeRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, volumeRecords, volume)
    requireNotRoot(volume)
    const serverId = await cloudIdOfHolder(db, volume)
    if (serverId === null) throw alreadySo(`Volume '${volume.name}'`, 'detached')
    await volumeRecords.update(db, uuid, { change: changeOf('being detached', context) })
    return { volumeUuid: uuid, volumeId: cloudVolumeIdOf(volume), serverId }
  },

  async run({ volumeId, serverId }, { step }) {
    await step(detachVolume, { serverId, volumeId })
    return null
  },

  async onEnd(end, { volumeUuid }, db) {
    const detached = end.kind === 'succeeded' ? { serverUuid: null, position: 0 } : {}
    await volumeRecords.update(db, volumeUuid, { ...detached, change: null })
  },
})
