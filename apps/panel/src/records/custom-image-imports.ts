import { NotFoundException } from 'evenkeel'
import type { FirmwareType, SourceFormat } from '../cloud/images.ts'
import type { UserDataHandling } from './custom-images.ts'
import { type OwnedRecord, owned } from './owned.ts'
import type { Db } from './tables.ts'

/** What an image is made of, and how far that has come. A failed one stays, and says why; one that has succeeded goes with its image. */
export interface CustomImageImportRecord extends OwnedRecord {
  readonly name: string
  readonly slug: string | null
  readonly url: string
  readonly sourceFormat: SourceFormat
  readonly firmwareType: FirmwareType
  readonly userDataHandling: UserDataHandling
  readonly zones: readonly string[]
  readonly status: 'in_progress' | 'success' | 'failed'
  /** Why it has failed. */
  readonly errorMessage: string | null
}

/** No such import in the caller's project. */
export class CustomImageImportNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const customImageImportRecords = owned<CustomImageImportRecord>({
  table: 'customImageImports',
  kind: 'custom-image-import',
  label: 'Import of custom image',
  json: ['zones'],
  notFound: (uuid, detail) => new CustomImageImportNotFoundException(uuid, detail),
})

/** How many failed imports a project keeps: no quota counts them, and lists have no pages. */
export const failedImportsMax = 100

/** Clears the project's failed imports away, but for the newest. */
export async function clearFailedImports(db: Db, projectId: string, deletedAt: string): Promise<void> {
  const older = await db
    .selectFrom('customImageImports')
    .select('uuid')
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .where('status', '=', 'failed')
    .orderBy('createdAt', 'desc')
    .limit(failedImportsMax)
    .offset(failedImportsMax)
    .execute()
  for (const { uuid } of older) await customImageImportRecords.markDeleted(db, uuid, deletedAt)
}
