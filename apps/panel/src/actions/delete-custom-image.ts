import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { type CustomImageImportRecord, customImageImportRecords } from '../records/custom-image-imports.ts'
import { type CustomImageRecord, customImageRecords } from '../records/custom-images.ts'
import { serversBeingMadeOf } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { action } from './define.ts'
import { removeImageOf } from './steps/custom-image.ts'
import type { Target } from './target.ts'

/**
 * Deletes an image together with its import, which it calls off if it still runs; and also an import alone, which has failed.
 * Servers that were booted from it stay, and those that are just being made are waited for. Admitted at once.
 */
export const deleteCustomImage = action('custom-image.delete', {
  version: 1,
  input: z.object({ imageUuid: z.string() }),
  output: z.null(),
  steps: [removeImageOf],
  queue: 'after-admission',
  cancels: ['custom-image.import'],

  async about({ projectId, uuid }, db) {
    const named = await customImageRecords.findAny(db, uuid)
    const name = (named ?? (await customImageImportRecords.findAny(db, uuid)))?.name ?? uuid
    const log = { action: 'custom_image_delete', message: `Custom image '${name}' has been deleted` }
    return { projectId, kind: customImageRecords.kind, uuid, name, log }
  },

  locks: async ({ uuid }: Target, db: Db) => [
    `custom-image:${uuid}`,
    ...(await serversBeingMadeOf(db, uuid)).map(server => `server:${server}`),
  ],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    await requireDeletable(db, projectId, uuid, nowMs)
    const deletedAt = newCreatedAt(nowMs)
    await customImageImportRecords.markDeleted(db, uuid, deletedAt)
    await customImageRecords.markDeleted(db, uuid, deletedAt)
    return { imageUuid: uuid }
  },

  removes: ({ imageUuid }) => [`custom-image:${imageUuid}`],

  run: ({ imageUuid }, { step }) => step.pivot('deletion', [[removeImageOf, { imageUuid }]]),

  onEnd: async () => {},
})

/**
 * The import of an image, which is there for as long as the image is, and has its uuid.
 *
 * @throws {CustomImageNotFoundException} the project has neither
 */
export async function requireDeletable(
  db: Db,
  projectId: string,
  uuid: string,
  nowMs: number,
): Promise<CustomImageImportRecord | CustomImageRecord> {
  const imported = await customImageImportRecords.find(db, projectId, uuid)
  return imported ?? customImageRecords.require(db, projectId, uuid, nowMs)
}
