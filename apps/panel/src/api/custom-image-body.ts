import { z } from 'zod'
import type { ImportCustomImageRequest } from '../actions/import-custom-image.ts'
import { zones } from '../catalogue.ts'
import { firmwareTypes, sourceFormats } from '../cloud/images.ts'
import { userDataHandlings } from '../records/custom-images.ts'
import { choice, text } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

/** The fields that are lists: in a form, one alone is sent like a single value. */
export const importLists: readonly string[] = ['zones']

const slug = text({ max: 63 }).regex(/^[a-z0-9-]+$/i, 'Must have letters, digits and hyphens only.')

const url = text({ max: 2048 }).refine(isFetchable, {
  error: 'Must be a URL that begins with http:// or https://, without a user name and password.',
})

export const importBody = z.object({
  url,
  name: text(),
  slug: slug.optional(),
  user_data_handling: choice(userDataHandlings),
  zones: z.array(choice(zones)).min(1, 'Must name at least one zone.'),
  source_format: choice(sourceFormats).default('raw'),
  firmware_type: choice(firmwareTypes).default('bios'),
  tags: tagsField.default({}),
})

export const patchImageBody = z.object({
  name: text().optional(),
  slug: slug.optional(),
  user_data_handling: choice(userDataHandlings).optional(),
  tags: tagsField.optional(),
})

/**
 * The image that a request's body asks to be imported, with all that it leaves open decided.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseImport(
  value: unknown,
  { newUuid, projectId, createdAt }: NewObjectContext,
): ImportCustomImageRequest {
  const body = validate(importBody, value)
  return {
    uuid: newUuid(),
    projectId,
    name: body.name,
    slug: body.slug ?? null,
    url: body.url,
    sourceFormat: body.source_format,
    firmwareType: body.firmware_type,
    userDataHandling: body.user_data_handling,
    zones: [...new Set(body.zones)],
    tags: body.tags,
    createdAt,
  }
}

/**
 * What a request's body changes about an image.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchCustomImage(value: unknown) {
  const { user_data_handling: userDataHandling, ...changes } = validate(patchImageBody, value)
  return { ...changes, userDataHandling }
}

/** What it leads to is looked at when it is fetched. */
function isFetchable(given: string): boolean {
  const parsed = URL.parse(given)
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === ''
  )
}
