import { z } from 'zod'
import { firmwareTypes } from '../cloud/images.ts'
import { userDataHandlings } from '../records/custom-images.ts'
import { createdAt, href, NamedStub, SlugStub, shape, tags, uuid } from './openapi/shape.ts'

export const CustomImage = shape(
  'CustomImage',
  z.object({
    href,
    uuid,
    name: z.string(),
    slug: z.string().nullable(),
    size_gb: z.int(),
    checksums: z.object({ md5: z.string(), sha256: z.string() }).describe('Of the image in its raw form.'),
    user_data_handling: z.enum(userDataHandlings),
    firmware_type: z.enum(firmwareTypes),
    zones: z.array(SlugStub),
    created_at: createdAt,
    tags,
  }),
)

export const CustomImageImport = shape(
  'CustomImageImport',
  z.object({
    href,
    uuid: uuid.describe('The same as that of the image.'),
    custom_image: NamedStub,
    url: z.string(),
    status: z.enum(['started', 'in_progress', 'success', 'failed']),
    error_message: z.string().nullable().describe('Why it has failed, if it has.'),
    tags,
  }),
)
