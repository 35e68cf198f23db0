import type { CustomImageImportRecord } from '../records/custom-image-imports.ts'
import { type CustomImageRecord, customImageRecords } from '../records/custom-images.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'

/** Images of one project as the API shows them. */
export async function presentCustomImages(
  images: readonly CustomImageRecord[],
  _db: Db,
  href: Href,
): Promise<readonly object[]> {
  return images.map(image => ({
    ...customImageStub(image, href),
    slug: image.slug,
    size_gb: image.sizeGb,
    checksums: { md5: image.md5, sha256: image.sha256 },
    user_data_handling: image.userDataHandling,
    firmware_type: image.firmwareType,
    zones: image.zones.map(slug => ({ slug })),
    created_at: image.createdAt,
    tags: image.tags,
  }))
}

/** Imports of one project as the API shows them, each with the image that it is to become, or has become. */
export async function presentImports(
  imports: readonly CustomImageImportRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const names = await imageNames(imports, db)
  return imports.map(({ uuid, name, url, status, errorMessage, tags }) => ({
    href: href(`custom-images/import/${uuid}`),
    uuid,
    custom_image: customImageStub({ uuid, name: names.get(uuid) ?? name }, href),
    url,
    status,
    error_message: errorMessage,
    tags,
  }))
}

/** An image may have been renamed since it was imported. */
async function imageNames(
  [first, ...more]: readonly CustomImageImportRecord[],
  db: Db,
): Promise<ReadonlyMap<string, string>> {
  if (first === undefined) return new Map()
  const images =
    more.length > 0
      ? await customImageRecords.list(db, first.projectId)
      : [await customImageRecords.findAny(db, first.uuid)]
  return new Map(images.flatMap(image => (image === undefined ? [] : [[image.uuid, image.name] as const])))
}

function customImageStub({ uuid, name }: Pick<CustomImageRecord, 'uuid' | 'name'>, href: Href) {
  return { href: href(`custom-images/${uuid}`), uuid, name }
}
