import { z } from 'zod'
import { Flavor, Image } from './catalogue-shape.ts'
import { createdAt, href, NamedStub, SlugStub, SubnetStub, shape, tags, uuid } from './openapi/shape.ts'

const address = z.object({
  version: z.literal([4, 6]),
  address: z.string(),
  prefix_length: z.int(),
  gateway: z.string().nullable(),
  reverse_ptr: z.string().nullable(),
  subnet: SubnetStub,
})

const volume = z.object({
  href,
  uuid,
  name: z.string(),
  type: z.enum(['ssd', 'bulk']),
  size_gb: z.int(),
  device_path: z.null().describe('Deprecated.'),
})

export const Server = shape(
  'Server',
  z.object({
    href,
    uuid,
    name: z.string(),
    status: z.enum(['changing', 'running', 'stopped']),
    zone: SlugStub,
    flavor: Flavor.pick({ slug: true, name: true, vcpu_count: true, memory_gb: true }),
    image: Image.omit({ zones: true }),
    volumes: z.array(volume).describe('The root volume first.'),
    interfaces: z.array(
      z.object({ type: z.enum(['public', 'private']), network: NamedStub, addresses: z.array(address) }),
    ),
    ssh_fingerprints: z.array(z.string()).nullable().describe('`null` until the server has made its keys.'),
    ssh_host_keys: z.array(z.string()).nullable().describe('`null` until the server has made them.'),
    anti_affinity_with: z.array(NamedStub).describe('Deprecated: the other servers of its groups.'),
    server_groups: z.array(NamedStub),
    tags,
    created_at: createdAt,
  }),
)
