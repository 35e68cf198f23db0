import type { EffectContext } from 'evenkeel/actions'
import { z } from 'zod'
import { networkOf } from '../../addressing/floating-pools.ts'
import type { Route } from '../../cloud/routes.ts'
import {
  type FloatingIpRecord,
  type FloatingIpTargetColumn,
  floatingIpsOfLoadBalancer,
  floatingIpsOfServer,
  nextHopNow,
  unassign,
} from '../../records/floating-ips.ts'
import { type PanelWorld, step } from '../define.ts'
import { type FloatingPart, type Placed, removed, removePart, setPart } from './floating-part.ts'

const route: FloatingPart = {
  kind: 'route',
  idOf: networkOf,
  valueNow: nextHopNow,
  set: async ({ routes }, { id, value, key }, signal) =>
    placed(await routes.announce({ prefix: id, nextHop: value, key }, signal)),
  find: async ({ routes }, key, signal) => (await routes.findRoutes(key, signal)).map(placed),
  async get({ routes }, id, signal) {
    const found = await routes.getRoute(id, signal)
    return found && placed(found)
  },
  remove: ({ routes }, id, key, signal) => routes.withdraw(id, key, signal),
}

function placed({ id, nextHop, key, status }: Route): Placed {
  return { id, value: nextHop, key, status }
}

/** Leads a floating IP to an address of a server or a load balancer, instead of where it led before. */
export const announceRoute = setPart('routes.route', route)

export const withdrawRouteOf = removePart('floating-ip.route-withdrawal', route)

/**
 * Withdraws whatever leads to a deleted server, before somebody else is given its addresses. A floating IP may have been
 * assigned to another one meanwhile: then its route has another next hop, and stays.
 */
export const withdrawRoutesToServer = step('server.route-withdrawal', {
  idempotent: true,
  input: z.object({ serverUuid: z.string() }),
  output: z.null(),
  async do({ serverUuid }, context) {
    const { records } = context.world
    const addresses = await records.read
      .selectFrom('addresses')
      .select('address')
      .where('serverUuid', '=', serverUuid)
      .execute()
    const floatingIps = await floatingIpsOfServer(records.read, serverUuid)
    await withdraw(floatingIps, addresses, { column: 'serverUuid', uuid: serverUuid }, context)
    return null
  },
  undo: 'nothing',
})

/** The same for a deleted load balancer. */
export const withdrawRoutesToLoadBalancer = step('load-balancer.route-withdrawal', {
  idempotent: true,
  input: z.object({ loadBalancerUuid: z.string() }),
  output: z.null(),
  async do({ loadBalancerUuid }, context) {
    const { records } = context.world
    const addresses = await records.read
      .selectFrom('interfaces')
      .innerJoin('addresses', 'addresses.interfaceUuid', 'interfaces.uuid')
      .select('addresses.address')
      .where('interfaces.loadBalancerUuid', '=', loadBalancerUuid)
      .execute()
    const floatingIps = await floatingIpsOfLoadBalancer(records.read, loadBalancerUuid)
    await withdraw(floatingIps, addresses, { column: 'loadBalancerUuid', uuid: loadBalancerUuid }, context)
    return null
  },
  undo: 'nothing',
})

async function withdraw(
  floatingIps: readonly FloatingIpRecord[],
  addresses: readonly { readonly address: string }[],
  target: { readonly column: FloatingIpTargetColumn; readonly uuid: string },
  context: EffectContext<PanelWorld>,
): Promise<void> {
  const { cloud, records } = context.world
  const hops = new Set(addresses.map(({ address }) => address))
  for (const floatingIp of floatingIps) {
    const found = await route.get(cloud, networkOf(floatingIp), context.signal)
    if (found !== undefined && hops.has(found.value)) await removed(route, found, context)
    await records.transaction(db => unassign(db, floatingIp.uuid, target.column, target.uuid))
  }
}
