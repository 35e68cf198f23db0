import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { requireNotRoot, type VolumeRecord, volumeRecords } from '../records/volumes.ts'
import { aboutVolume, cloudVolumeIdOf } from './about-volume.ts'
import { cloudIdOf } from './change-power.ts'
import { action, changeOf } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import {
  lockOfServer,
  recordAttached,
  requireServerForVolume,
  type ServerReference,
} from './server-for-volume.ts'
import { attachVolume, detachVolume } from './steps/attachment.ts'
import type { Target } from './target.ts'

export interface AttachVolumeRequest extends Target {
  readonly server: ServerReference
}

const Input = z.object({
  volumeUuid: z.string(),
  volumeId: z.string(),
  serverUuid: z.string(),
  serverId: z.string(),
  /** The server that it is taken from, by its id at the cloud; null if none has it. */
  fromServerId: z.string().nullable(),
})

/** Gives a server a volume, from another one if that has it: it ends there, or where it was with a reason. */
export const attachVolumeAction = action('volume.attach', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [detachVolume, attachVolume],
  async about({ server, ...target }: AttachVolumeRequest, db) {
    const name = (await serverRecords.findAny(db, server.uuid))?.name ?? server.uuid
    return aboutVolume(target, db, {
      action: 'server_volume_attach',
      done: `has been attached to server '${name}'`,
    })
  },

  async locks({ projectId, uuid, server }: AttachVolumeRequest, db: Db) {
    const holder = (await volumeRecords.find(db, projectId, uuid))?.serverUuid ?? null
    return [
      `volume:${uuid}`,
      ...(holder === null ? [] : [`server:${holder}`]),
      ...(await lockOfServer(db, projectId, server.uuid)),
    ]
  },

  // What comes late moves the volume: that concerns the server that it is taken from, whatever becomes of the other one.
  changes: ({ volumeUuid }) => [`volume:${volumeUuid}`],

  async admit({ projectId, uuid, server: wanted }: AttachVolumeRequest, db: Db, context) {
    const volume = await volumeRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, volumeRecords, volume)
    refuseIfAlready(volume.serverUuid === wanted.uuid, `Volume '${volume.name}'`, 'attached to that server')
    requireNotRoot(volume)
    const server = await requireServerForVolume(db, projectId, wanted, volume.zone)
    const fromServerId = await cloudIdOfHolder(db, volume)
    await volumeRecords.update(db, uuid, { change: changeOf('being attached', context) })
    return {
      volumeUuid: uuid,
      volumeId: cloudVolumeIdOf(volume),
      serverUuid: server.uuid,
      serverId: cloudIdOf(server),
      fromServerId,
    }
  },

  async run({ volumeId, serverId, fromServerId }, { step }) {
    if (fromServerId !== null) await step(detachVolume, { serverId: fromServerId, volumeId })
    await step(attachVolume, { serverId, volumeId })
    return null
  },

  async onEnd(end, { volumeUuid, serverUuid }, db) {
    await volumeRecords.update(db, volumeUuid, { change: null })
    if (end.kind === 'succeeded') await recordAttached(db, volumeUuid, serverUuid)
  },
})

/**
 * The id at the cloud of the server that has the volume; null if none has.
 *
 * @throws {ObjectBusyException} an action runs on the server
 */
export async function cloudIdOfHolder(db: Db, { serverUuid }: VolumeRecord): Promise<string | null> {
  const holder = serverUuid === null ? undefined : await serverRecords.findAny(db, serverUuid)
  if (holder === undefined) return null
  await requireSettled(db, serverRecords, holder)
  return cloudIdOf(holder)
}
