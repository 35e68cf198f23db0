import { z } from 'zod'
import { href, NamedStub, SlugStub, SubnetStub, shape, tags, uuid } from './openapi/shape.ts'

const address = z.object({
  version: z.literal([4, 6]),
  address: z.string(),
  subnet: SubnetStub,
  reverse_ptr: z.null(),
})

export const RouterInterface = shape(
  'RouterInterface',
  z.object({
    uuid,
    type: z.literal('private'),
    network: NamedStub,
    addresses: z.array(address),
    mac_address: z.string().nullable().describe('Null while the interface is being made.'),
  }),
)

export const Router = shape(
  'Router',
  z.object({
    href,
    uuid,
    name: z.string(),
    zone: SlugStub,
    status: z.enum(['changing', 'running']),
    internet_gateway: z.boolean(),
    internet_gateway_addresses: z.array(address),
    interfaces: z.array(RouterInterface),
    tags,
  }),
)
