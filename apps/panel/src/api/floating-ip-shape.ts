import { z } from 'zod'
import { createdAt, href, NamedStub, SlugStub, shape, tags } from './openapi/shape.ts'

export const FloatingIp = shape(
  'FloatingIp',
  z.object({
    href,
    network: z.string().describe('The address, or addresses, with the length of the prefix.'),
    ip_version: z.literal([4, 6]),
    type: z.enum(['regional', 'global']),
    region: SlugStub.nullable().describe('`null` if it is global.'),
    server: NamedStub.nullable(),
    load_balancer: NamedStub.nullable(),
    next_hop: z.string().nullable().describe('The address of what it leads to.'),
    reverse_ptr: z.string().nullable(),
    tags,
    created_at: createdAt,
  }),
)
