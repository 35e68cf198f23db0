import { z } from 'zod'
import { createdAt, href, NamedStub, SlugStub, shape, tags, uuid } from './openapi/shape.ts'

export const Volume = shape(
  'Volume',
  z.object({
    href,
    uuid,
    name: z.string(),
    size_gb: z.int(),
    type: z.enum(['ssd', 'bulk']),
    zone: SlugStub,
    servers: z.array(NamedStub).describe('Where it is attached: one server, or none.'),
    server_uuids: z.array(uuid).describe('Deprecated: the same as `servers`.'),
    current_operation: z.string().nullable().describe('What is under way, in a word.'),
    tags,
    created_at: createdAt,
  }),
)
