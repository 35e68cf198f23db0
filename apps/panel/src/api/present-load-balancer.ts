import { loadBalancerFlavorOf } from '../catalogue.ts'
import type { HealthOfMember } from '../cloud/load-balancers.ts'
import type { LoadBalancerRecord } from '../records/load-balancers.ts'
import type { Db } from '../records/tables.ts'
import { vipAddressesOf } from '../records/vip-addresses.ts'
import type { ApiContext } from './context.ts'
import type { Href } from './href.ts'
import { subnetStub } from './present-network.ts'

/** Load balancers of one project as the API shows them. */
export async function presentLoadBalancers(
  loadBalancers: readonly LoadBalancerRecord[],
  db: Db,
  href: Href,
  { healthOfMembers }: Pick<ApiContext, 'healthOfMembers'>,
): Promise<readonly object[]> {
  const uuids = loadBalancers.map(({ uuid }) => uuid)
  const addresses = await vipAddressesOf(db, uuids)
  const running = loadBalancers.flatMap(({ cloudLoadBalancerId }) => cloudLoadBalancerId ?? [])
  const health = Map.groupBy(await healthOfMembers(running), ({ loadBalancerId }) => loadBalancerId)
  return loadBalancers.map(loadBalancer => ({
    ...loadBalancerStub(loadBalancer, href),
    status: statusOf(loadBalancer, health.get(loadBalancer.cloudLoadBalancerId ?? '') ?? []),
    zone: { slug: loadBalancer.zone },
    flavor: loadBalancerFlavorOf(loadBalancer.flavor),
    vip_addresses: (addresses.get(loadBalancer.uuid) ?? []).map(({ version, address, subnet }) => ({
      version,
      address,
      subnet: subnetStub(subnet, href),
    })),
    tags: loadBalancer.tags,
    created_at: loadBalancer.createdAt,
  }))
}

/** How other objects show a load balancer. */
export function loadBalancerStub(
  { uuid, name }: { readonly uuid: string; readonly name: string },
  href: Href,
) {
  return { href: href(`load-balancers/${uuid}`), uuid, name }
}

/** One that runs is as its members are: those that are switched on, and looked after. */
function statusOf({ status }: LoadBalancerRecord, members: readonly HealthOfMember[]): string {
  if (status === 'changing') return status
  const watched = members.filter(({ isEnabled, health }) => isEnabled && health !== 'no_monitor')
  const down = watched.filter(({ health }) => health === 'down')
  if (down.length === 0) return 'running'
  return down.length === watched.length ? 'error' : 'degraded'
}
