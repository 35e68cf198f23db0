import { z } from 'zod'
import { href, NamedStub, SlugStub, shape, tags, uuid } from './openapi/shape.ts'

export const ServerGroup = shape(
  'ServerGroup',
  z.object({
    href,
    uuid,
    name: z.string(),
    type: z.literal('anti-affinity'),
    zone: SlugStub,
    servers: z.array(NamedStub),
    tags,
  }),
)
