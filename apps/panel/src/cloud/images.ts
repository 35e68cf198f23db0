import type { Listed, ListPage, ObjectState } from './cloud.ts'

export interface CloudImage {
  /** The slug of one that everybody has, the id of one that was imported. */
  readonly slug: string
  /** What a volume that is filled with it needs at least. */
  readonly sizeGb: number
}

export const sourceFormats = ['raw', 'qcow2', 'iso'] as const
export type SourceFormat = (typeof sourceFormats)[number]

export const firmwareTypes = ['bios', 'uefi'] as const
export type FirmwareType = (typeof firmwareTypes)[number]

export interface NewImport {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  /** For operators. */
  readonly name: string
  /** Where volumes can be filled with it. */
  readonly zones: readonly string[]
  /** Of http or https. */
  readonly url: string
  readonly format: SourceFormat
  readonly firmwareType: FirmwareType
}

/** What an image holds, in its raw form. */
export interface ImageContent {
  readonly sizeBytes: number
  /** In hex digits. */
  readonly md5: string
  /** In hex digits. */
  readonly sha256: string
}

/** An image that is made of what a URL leads to: pending while that is fetched. */
export interface CloudImport {
  readonly id: string
  /** Undefined until it is ready. */
  readonly content: ImageContent | undefined
  /** Why what the URL leads to can't be imported, in words for whoever gave it; undefined unless it is broken by that. */
  readonly problem: string | undefined
  readonly status: ObjectState
}

/** What volumes can be filled with. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`. */
export interface Images {
  /** The image, or undefined where the zone doesn't have it, or not yet. @param image a slug, or the id of an imported one */
  getImage(zone: string, image: string, signal?: AbortSignal): Promise<CloudImage | undefined>
  /** Accepts to fetch an image. Whether that is possible shows later. */
  importImage(image: NewImport, signal?: AbortSignal): Promise<CloudImport>
  /** Every import that carries the key, oldest first. */
  findImports(key: string, signal?: AbortSignal): Promise<readonly CloudImport[]>
  /** The imported image, or undefined once it is gone. */
  getImport(id: string, signal?: AbortSignal): Promise<CloudImport | undefined>
  listImports(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudImport>[]>
  /** Accepts the deletion of an imported image, also while it is fetched; what was filled with it stays. Deleting an absent one is success. */
  deleteImport(id: string, signal?: AbortSignal): Promise<void>
}

/** What a volume needs at least to hold so many bytes. */
export function volumeGbFor(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / 2 ** 30))
}
