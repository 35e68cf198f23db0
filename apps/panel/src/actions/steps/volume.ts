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
    const volume = await cloud.volumes.createVolume({ ...input, image: image ?? undefined, key }, signal)
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
