import { BadClientRequestException } from 'evenkeel'
import { ActionCancelledException, type ActionEnd } from 'evenkeel/actions'
import { z } from 'zod'
import { firmwareTypes, sourceFormats } from '../cloud/images.ts'
import { newCreatedAt } from '../records/created-at.ts'
import {
  type CustomImageImportRecord,
  clearFailedImports,
  customImageImportRecords,
} from '../records/custom-image-imports.ts'
import { customImageRecords } from '../records/custom-images.ts'
import { insertGone } from '../records/gone.ts'
import { checkQuota } from '../records/quota.ts'
import type { Db } from '../records/tables.ts'
import { action, changeOf, creationFailed } from './define.ts'
import { reasonOf } from './reason.ts'
import { importedImage, orderImage } from './steps/custom-image.ts'

/** What a URL leads to can't be imported: the message is what the import's owner reads. */
export class ImageNotImportedException extends BadClientRequestException {}

/** An image to import, with everything that was left open decided. */
export type ImportCustomImageRequest = Pick<
  CustomImageImportRecord,
  | 'uuid'
  | 'projectId'
  | 'name'
  | 'slug'
  | 'url'
  | 'sourceFormat'
  | 'firmwareType'
  | 'userDataHandling'
  | 'zones'
  | 'tags'
  | 'createdAt'
>

const Input = z.object({
  imageUuid: z.string(),
  name: z.string(),
  zones: z.array(z.string()),
  url: z.string(),
  format: z.enum(sourceFormats),
  firmwareType: z.enum(firmwareTypes),
})

const Output = z.object({ imageId: z.string(), sizeGb: z.int(), md5: z.string(), sha256: z.string() })
type Output = z.output<typeof Output>

/** Makes an image of what a URL leads to. An import that fails leaves nothing but itself, which says why. */
export const importCustomImage = action('custom-image.import', {
  version: 1,
  input: Input,
  output: Output,
  steps: [orderImage, importedImage],

  about: ({ projectId, uuid, name }: ImportCustomImageRequest) => ({
    projectId,
    kind: customImageRecords.kind,
    uuid,
    name,
    log: { action: 'custom_image_import', message: `Custom image '${name}' has been imported` },
  }),

  locks: async ({ uuid }: ImportCustomImageRequest) => [`custom-image:${uuid}`],

  async admit(request: ImportCustomImageRequest, db: Db, context) {
    const { uuid, projectId, name, zones, url, sourceFormat: format, firmwareType } = request
    await checkQuota(db, projectId, { customImages: 1 })
    await clearFailedImports(db, projectId, newCreatedAt(context.nowMs))
    await customImageImportRecords.insert(db, {
      ...request,
      status: 'in_progress',
      errorMessage: null,
      deletedAt: null,
      change: changeOf('being imported', context),
    })
    return { imageUuid: uuid, name, zones: [...zones], url, format, firmwareType }
  },

  async run({ imageUuid: _, ...wanted }, { step }) {
    const { id: imageId } = await step(orderImage, wanted)
    const { content, problem } = await step(importedImage, { id: imageId })
    if (content === null) throw new ImageNotImportedException(problem ?? 'The image could not be imported.')
    return { imageId, ...content }
  },

  async onEnd(end, { imageUuid }, db) {
    const imported = await customImageImportRecords.findAny(db, imageUuid)
    if (imported === undefined) return
    if (end.kind === 'succeeded') await recordImported(imported, end.output, db)
    else await recordFailed(imported, end, db)
  },
})

/** An image that was deleted while it was imported is recorded for its deletion, which goes on from here. */
async function recordImported(
  imported: CustomImageImportRecord,
  output: Output | undefined,
  db: Db,
): Promise<void> {
  await customImageImportRecords.update(db, imported.uuid, { status: 'success', change: null })
  const isRecorded = (await customImageRecords.findAny(db, imported.uuid)) !== undefined
  if (isRecorded || output === undefined) return
  const { uuid, projectId, name, slug, zones, firmwareType, userDataHandling, tags } = imported
  const { imageId: cloudImageId, ...content } = output
  const { createdAt, deletedAt } = imported
  const given = { uuid, projectId, name, slug, zones, firmwareType, userDataHandling, tags }
  await customImageRecords.insert(db, {
    ...given,
    ...content,
    cloudImageId,
    createdAt,
    deletedAt,
    change: null,
  })
}

async function recordFailed(
  { uuid, projectId, deletedAt }: CustomImageImportRecord,
  { cause, actionId, atMs }: Exclude<ActionEnd<Output>, { kind: 'succeeded' }>,
  db: Db,
): Promise<void> {
  const reason = cause instanceof ActionCancelledException ? 'The import was called off.' : reasonOf(cause)
  const isTheirs = cause.category === 'client' || cause.category === 'discard'
  const errorMessage = isTheirs ? reason : `${asSentence(reason)} (incident ${actionId})`
  await customImageImportRecords.update(db, uuid, { status: 'failed', errorMessage, change: null })
  if (deletedAt !== null) return
  const detail = creationFailed(reason, actionId)
  await insertGone(db, { uuid, projectId, kind: customImageRecords.kind, detail }, atMs)
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
