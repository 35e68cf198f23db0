import { z } from 'zod'
import {
  balancingAlgorithms,
  listenerProtocols,
  monitorTypes,
  poolProtocols,
} from '../cloud/load-balancers.ts'
import { createdAt, href, NamedStub, SlugStub, SubnetStub, shape, tags, uuid } from './openapi/shape.ts'

export const LoadBalancer = shape(
  'LoadBalancer',
  z.object({
    href,
    uuid,
    name: z.string(),
    status: z
      .enum(['changing', 'running', 'degraded', 'error'])
      .describe('`degraded` when some of its members are down, `error` when all are.'),
    zone: SlugStub,
    flavor: z.object({ slug: z.string(), name: z.string() }),
    vip_addresses: z.array(z.object({ version: z.literal([4, 6]), address: z.string(), subnet: SubnetStub })),
    tags,
    created_at: createdAt,
  }),
)

export const Pool = shape(
  'LoadBalancerPool',
  z.object({
    href,
    uuid,
    name: z.string(),
    load_balancer: NamedStub,
    algorithm: z.enum(balancingAlgorithms),
    protocol: z.enum(poolProtocols),
    tags,
    created_at: createdAt,
  }),
)

export const Member = shape(
  'LoadBalancerPoolMember',
  z.object({
    href,
    uuid,
    name: z.string(),
    enabled: z.boolean(),
    pool: NamedStub,
    load_balancer: NamedStub,
    protocol_port: z.int(),
    monitor_port: z.int().nullable().describe('`null` for `protocol_port`.'),
    address: z.string(),
    subnet: SubnetStub,
    monitor_status: z.enum(['up', 'down', 'changing', 'no_monitor', 'unknown']),
    tags,
    created_at: createdAt,
  }),
)

export const Listener = shape(
  'LoadBalancerListener',
  z.object({
    href,
    uuid,
    name: z.string(),
    pool: NamedStub,
    load_balancer: NamedStub,
    protocol: z.enum(listenerProtocols),
    protocol_port: z.int(),
    allowed_cidrs: z.array(z.string()).describe('`[]` lets everybody in.'),
    timeout_client_data_ms: z.int(),
    timeout_member_connect_ms: z.int(),
    timeout_member_data_ms: z.int(),
    tags,
    created_at: createdAt,
  }),
)

export const HealthMonitor = shape(
  'LoadBalancerHealthMonitor',
  z.object({
    href,
    uuid,
    pool: NamedStub,
    load_balancer: NamedStub,
    delay_s: z.int(),
    timeout_s: z.int(),
    up_threshold: z.int(),
    down_threshold: z.int(),
    type: z.enum(monitorTypes),
    http: z
      .object({
        expected_codes: z.array(z.string()),
        method: z.string(),
        url_path: z.string(),
        version: z.string(),
        host: z.string().nullable(),
      })
      .nullable()
      .describe('`null` for what is not checked by HTTP.'),
    tags,
    created_at: createdAt,
  }),
)
