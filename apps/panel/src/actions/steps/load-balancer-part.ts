import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import {
  balancingAlgorithms,
  type CloudLoadBalancerPart,
  type LoadBalancerPart,
  listenerProtocols,
  monitorTypes,
  type PartSettings,
  poolProtocols,
} from '../../cloud/load-balancers.ts'
import type { LoadBalancerPartRecord } from '../../records/load-balancer-parts.ts'
import type { Owned } from '../../records/owned.ts'
import { type PanelWorld, step } from '../define.ts'
import { type Changed, changed, whetherChanged } from './changed.ts'
import { asFound, gone, settled } from './settled.ts'

export const MemberSettings = z.object({ isEnabled: z.boolean() })

export const ListenerSettings = z.object({
  protocol: z.enum(listenerProtocols),
  protocolPort: z.int(),
  allowedCidrs: z.array(z.string()).readonly(),
  timeoutClientDataMs: z.int(),
  timeoutMemberConnectMs: z.int(),
  timeoutMemberDataMs: z.int(),
})

export const MonitorSettings = z.object({
  delayS: z.int(),
  timeoutS: z.int(),
  upThreshold: z.int(),
  downThreshold: z.int(),
  http: z
    .object({
      method: z.string(),
      urlPath: z.string(),
      version: z.enum(['1.0', '1.1']),
      host: z.string().nullable(),
      expectedCodes: z.array(z.string()).readonly(),
    })
    .nullable(),
})

/** What a load balancer is put together from, as the cloud is asked for it. */
export const Part = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pool'),
    algorithm: z.enum(balancingAlgorithms),
    protocol: z.enum(poolProtocols),
  }),
  MemberSettings.extend({
    kind: z.literal('member'),
    poolId: z.string(),
    subnetId: z.string(),
    address: z.string(),
    protocolPort: z.int(),
    monitorPort: z.int().nullable(),
  }),
  ListenerSettings.extend({ kind: z.literal('listener'), poolId: z.string() }),
  MonitorSettings.extend({ kind: z.literal('monitor'), poolId: z.string(), type: z.enum(monitorTypes) }),
])

type PartKind = LoadBalancerPart['kind']

const Made = z.object({ id: z.string() })

/** Makes a part of a load balancer. */
export function makePart(kind: PartKind) {
  return step(`load-balancers.${kind}`, {
    input: z.object({ loadBalancerId: z.string(), part: Part }),
    output: Made,
    async do(input, { key, world: { cloud }, signal, until }) {
      const made = await cloud.loadBalancers.createPart({ ...input, key }, signal)
      const { id } = await settled(kind, made, until, () => cloud.loadBalancers.getPart(made.id, signal))
      return { id }
    },
    find: async ({ key, world: { cloud }, signal }) =>
      asFound(await cloud.loadBalancers.findParts(key, signal), ({ id }) => ({ id })),
    async undo({ id }, { world: { cloud }, signal, until }) {
      await cloud.loadBalancers.deletePart(id, signal)
      await gone(kind, until, () => cloud.loadBalancers.getPart(id, signal))
    },
  })
}

/** Gives a part other settings. */
export function setPart<Settings extends PartSettings>(kind: PartKind, schema: z.ZodType<Settings>) {
  return step(`load-balancers.${kind}-settings`, {
    changes: true,
    input: z.object({ id: z.string(), settings: schema, settingsBefore: schema }),
    output: Made,
    async do({ id, settings }, { world, signal, until }) {
      await world.cloud.loadBalancers.setPart(id, settings, signal)
      return changed(partWith(settings, kind, id, world, signal), until)
    },
    find: ({ input: { id, settings }, world, signal }) =>
      whetherChanged(partWith(settings, kind, id, world, signal)),
    async undo({ id }, { input: { settingsBefore }, world, signal, until }) {
      await world.cloud.loadBalancers.setPart(id, settingsBefore, signal)
      await changed(partWith(settingsBefore, kind, id, world, signal), until)
    },
  })
}

/**
 * Removes a recorded part with all that is of it. What the cloud calls it is looked up once the deletion holds the load
 * balancer: a creation may have ended only then. What was never made is gone already.
 */
export function removePartOf<R extends LoadBalancerPartRecord>(kind: PartKind, records: Owned<R>) {
  return step(`load-balancer-${kind}.removal`, {
    idempotent: true,
    input: z.object({ uuid: z.string() }),
    output: z.null(),
    async do({ uuid }, { world: { cloud, records: panel }, signal, until }) {
      const id = (await records.findAny(panel.read, uuid))?.cloudPartId ?? null
      if (id === null) return null
      await cloud.loadBalancers.deletePart(id, signal)
      await gone(kind, until, () => cloud.loadBalancers.getPart(id, signal))
      return null
    },
    undo: 'nothing',
  })
}

function partWith(
  wanted: PartSettings,
  kind: PartKind,
  id: string,
  { cloud }: PanelWorld,
  signal: AbortSignal,
): Changed<CloudLoadBalancerPart> {
  return {
    kind,
    id,
    get: () => cloud.loadBalancers.getPart(id, signal),
    is: ({ part }) => isDeepStrictEqual({ ...part, ...wanted }, part),
  }
}
