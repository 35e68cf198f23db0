import { z } from 'zod'
import { createdAt, href, NamedStub, SlugStub, SubnetStub, shape, tags, uuid } from './openapi/shape.ts'

export const Network = shape(
  'Network',
  z.object({
    href,
    uuid,
    name: z.string(),
    zone: SlugStub,
    mtu: z.int(),
    subnets: z.array(SubnetStub),
    tags,
    created_at: createdAt,
  }),
)

export const Subnet = shape(
  'Subnet',
  z.object({
    href,
    uuid,
    cidr: z.string(),
    network: NamedStub.extend({ zone: SlugStub }),
    gateway_address: z.string().nullable(),
    dns_servers: z.array(z.string()),
    tags,
  }),
)
