import { networkOf } from '../addressing/floating-pools.ts'
import { assignedServers, type FloatingIpRecord } from '../records/floating-ips.ts'
import { loadBalancerNames } from '../records/load-balancers.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'
import { loadBalancerStub } from './present-load-balancer.ts'

/** Floating IPs of one project as the API shows them. */
export async function presentFloatingIps(
  floatingIps: readonly FloatingIpRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const servers = await assignedServers(db, floatingIps)
  const loadBalancers = await loadBalancerNames(
    db,
    floatingIps.flatMap(({ loadBalancerUuid }) => loadBalancerUuid ?? []),
  )
  return floatingIps.map(floatingIp => {
    const { address, version, type, region, serverUuid, loadBalancerUuid, nextHop, reversePtr } = floatingIp
    // One that is deleted has let go of it, also while the route is still being withdrawn.
    const server = servers.get(serverUuid ?? '')
    const loadBalancer = loadBalancers.get(loadBalancerUuid ?? '')
    return {
      href: href(`floating-ips/${address}`),
      network: networkOf(floatingIp),
      ip_version: version,
      type,
      region: region === null ? null : { slug: region },
      server: server === undefined ? null : { href: href(`servers/${server.uuid}`), ...server },
      load_balancer: loadBalancer === undefined ? null : loadBalancerStub(loadBalancer, href),
      next_hop: server === undefined && loadBalancer === undefined ? null : nextHop,
      reverse_ptr: reversePtr,
      tags: floatingIp.tags,
      created_at: floatingIp.createdAt,
    }
  })
}
