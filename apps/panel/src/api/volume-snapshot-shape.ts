import { z } from 'zod'
import { createdAt, href, NamedStub, SlugStub, shape, tags, uuid } from './openapi/shape.ts'

export const VolumeSnapshot = shape(
  'VolumeSnapshot',
  z.object({
    href,
    uuid,
    name: z.string(),
    size_gb: z.int(),
    source_volume: NamedStub,
    zone: SlugStub,
    status: z.enum(['creating', 'available', 'deleting']),
    tags,
    created_at: createdAt,
  }),
)
