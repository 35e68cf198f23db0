import { BrokenObjectException } from 'evenkeel/actions'
import { z } from 'zod'
import { firmwareTypes, sourceFormats, volumeGbFor } from '../../cloud/images.ts'
import { customImageRecords } from '../../records/custom-images.ts'
import { poll, step } from '../define.ts'
import { gone } from './settled.ts'

const Image = z.object({ id: z.string() })

/** Orders an image, which is there from then on and holds nothing yet: what becomes of it is asked by the next step. */
export const orderImage = step('images.image', {
  input: z.object({
    name: z.string(),
    zones: z.array(z.string()),
    url: z.string(),
    format: z.enum(sourceFormats),
    firmwareType: z.enum(firmwareTypes),
  }),
  output: Image,
  async do(input, { key, world: { cloud }, signal }) {
    const { id } = await cloud.images.importImage({ ...input, key }, signal)
    return { id }
  },
  async find({ key, world: { cloud }, signal }) {
    const imports = await cloud.images.findImports(key, signal)
    return imports.map(({ id }) => ({ state: 'ready', output: { id } }))
  },
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.images.deleteImport(id, signal)
    await gone('image', until, () => cloud.images.getImport(id, signal))
  },
})

/** Either what the image holds, or why what its URL leads to can't be imported. */
const Outcome = z.object({
  problem: z.string().nullable(),
  content: z.object({ sizeGb: z.int(), md5: z.string(), sha256: z.string() }).nullable(),
})

/** Asks what has become of an ordered image. The cloud gives up fetching before this gives up asking. */
export const importedImage = poll('images.import', {
  input: Image,
  output: Outcome,
  everyMs: 500,
  withinMs: 25 * 60_000,
  async ask({ id }, { world: { cloud }, signal }) {
    const image = await cloud.images.getImport(id, signal)
    if (image === undefined) throw new BrokenObjectException(`image ${id}`, 'it is gone')
    const { content, problem, status } = image
    if (problem !== undefined) return { problem, content: null }
    if (status.state === 'broken') throw new BrokenObjectException(`image ${id}`, status.fault)
    if (content === undefined) return undefined
    const { sizeBytes, md5, sha256 } = content
    return { problem: null, content: { sizeGb: volumeGbFor(sizeBytes), md5, sha256 } }
  },
})

/** Removes a recorded image, which is looked up once the deletion holds it: its import may have ended only then. */
export const removeImageOf = step('custom-image.removal', {
  idempotent: true,
  input: z.object({ imageUuid: z.string() }),
  output: z.null(),
  async do({ imageUuid }, { world: { cloud, records }, signal, until }) {
    const image = await customImageRecords.findAny(records.read, imageUuid)
    if (image === undefined) return null
    const { cloudImageId: id } = image
    await cloud.images.deleteImport(id, signal)
    await gone('image', until, () => cloud.images.getImport(id, signal))
    return null
  },
  undo: 'nothing',
})
