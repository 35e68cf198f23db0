import { z } from 'zod'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const Volume = z.object({ id: z.string() })

export const createVolume = step('volumes.volume', {
  input: z.object({
    zone: z.string(),
    sizeGb: z.int(),
    type: z.enum(['ssd', 'bulk']),
    /** Null for an empty one. */
    image: z.string().nullable(),
  }),
  output: Volume,
  async do({ image, ...input }, { key, world: { cloud }, signal, until }) {
    const volume = await cloud.volumes.createVolume({ ...input, image: image ?? undefined, snapshotId: undefined, key }, signal)
    const { id } = await settled('volume', volume, until, () => cloud.volumes.getVolume(volume.id, signal))
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.volumes.findVolumes(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.volumes.deleteVolume(id, signal)
    await gone('volume', until, () => cloud.volumes.getVolume(id, signal))
  },
})

export const removeVolume = step('volumes.volume-removal', {
  idempotent: true,
  input: Volume,
  output: z.null(),
  async do({ id }, { world: { cloud }, signal, until }) {
    await cloud.volumes.deleteVolume(id, signal)
    await gone('volume', until, () => cloud.volumes.getVolume(id, signal))
    return null
  },
  undo: 'nothing',
})

/** The same for a recorded volume, which is looked up once the deletion holds it: a creation may have ended only then. */
export const removeVolumeOf = step('volume.removal', {
  idempotent: true,
  input: z.object({ volumeUuid: z.string() }),
  output: z.null(),
  async do({ volumeUuid }, { world: { cloud, records }, signal, until }) {
    const { cloudVolumeId: id } = await records.read
      .selectFrom('volumes')
      .select('cloudVolumeId')
      .where('uuid', '=', volumeUuid)
      .executeTakeFirstOrThrow()
    if (id === null) return null
    await cloud.volumes.deleteVolume(id, signal)
    await gone('volume', until, () => cloud.volumes.getVolume(id, signal))
    return null
  },
  undo: 'nothing',
})
