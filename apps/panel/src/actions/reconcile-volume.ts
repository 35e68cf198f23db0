import { z } from 'zod'
import { serverRecords } from '../records/servers.ts'
import { volumeRecords } from '../records/volumes.ts'
import { cloudVolumeIdOf } from './about-volume.ts'
import { repair } from './reconcile.ts'
import { attachVolume, detachVolume } from './steps/attachment.ts'
import { inspection } from './steps/inspection.ts'
import { growVolume } from './steps/volume-repair.ts'

const inspectVolume = inspection(
  'volumes.inspection',
  'volume',
  z.object({ sizeGb: z.int(), serverId: z.string().nullable() }),
  ({ sizeGb, serverId }) => ({ sizeGb, serverId: serverId ?? null }),
)

/**
 * Gives a volume the size that its record has, and to the server that its record has. One that is larger stays so, since volumes only grow; and
 * what a server boots from stays with it.
 */
export const repairVolume = repair('volume.repair', {
  records: volumeRecords,
  input: z.object({
    id: z.string(),
    sizeGb: z.int(),
    isRoot: z.boolean(),
    serverId: z.string().nullable(),
  }),
  steps: [inspectVolume, growVolume, detachVolume, attachVolume],
  locks: ({ serverUuid }) => [serverUuid && `server:${serverUuid}`],
  async plan(volume, _request, db) {
    const server = volume.serverUuid === null ? undefined : await serverRecords.findAny(db, volume.serverUuid)
    const { sizeGb, isRoot } = volume
    return { id: cloudVolumeIdOf(volume), sizeGb, isRoot, serverId: server?.cloudServerId ?? null }
  },
  async run({ id, sizeGb, isRoot, serverId }, { step }) {
    const seen = await step(inspectVolume, { id })
    if (seen.sizeGb < sizeGb) await step(growVolume, { id, sizeGb })
    if (isRoot || seen.serverId === serverId) return
    if (seen.serverId !== null) await step(detachVolume, { serverId: seen.serverId, volumeId: id })
    if (serverId !== null) await step(attachVolume, { serverId, volumeId: id })
  },
})
