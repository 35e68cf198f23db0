import { NotFoundException } from 'evenkeel'
import type { FirmwareType } from '../cloud/images.ts'
import { type OwnedRecord, owned } from './owned.ts'

export const userDataHandlings = ['pass-through', 'extend-cloud-config'] as const

/** Whether servers get their user data as it is, or with what the panel puts into it, such as a password. */
export type UserDataHandling = (typeof userDataHandlings)[number]

/** An image of a project's own. It has the uuid of the import that it comes from. */
export interface CustomImageRecord extends OwnedRecord {
  readonly name: string
  /** What servers can call it by; several images may have the same. */
  readonly slug: string | null
  /** Where servers can boot from it. */
  readonly zones: readonly string[]
  /** What a volume needs at least to hold it. */
  readonly sizeGb: number
  /** Of its raw form, in hex digits; so is `sha256`. */
  readonly md5: string
  readonly sha256: string
  readonly firmwareType: FirmwareType
  readonly userDataHandling: UserDataHandling
  readonly cloudImageId: string
}

/** No such image in the caller's project. For a day after a failed import its message says why that failed. */
export class CustomImageNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const customImageRecords = owned<CustomImageRecord>({
  table: 'customImages',
  kind: 'custom-image',
  label: 'Custom image',
  json: ['zones'],
  notFound: (uuid, detail) => new CustomImageNotFoundException(uuid, detail),
})
