import { networkOf } from '../addressing/floating-pools.ts'
import { assignedServers, type FloatingIpRecord } from '../records/floating-ips.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'

/** Floating IPs of one project as the API shows them. */
export async function presentFloatingIps(
  floatingIps: readonly FloatingIpRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const servers = await assignedServers(db, floatingIps)
  return floatingIps.map(floatingIp => {
    const { address, version, type, region, serverUuid, nextHop, reversePtr, tags, createdAt } = floatingIp
    // One that is deleted has let go of it, also while the route is still being withdrawn.
    const server = serverUuid === null ? undefined : servers.get(serverUuid)
    return {
      href: href(`floating-ips/${address}`),
      network: networkOf(floatingIp),
      ip_version: version,
      type,
      region: region === null ? null : { slug: region },
      server: server === undefined ? null : { href: href(`servers/${server.uuid}`), ...server },
      load_balancer: null,
      next_hop: server === undefined ? null : nextHop,
      reverse_ptr: reversePtr,
      tags,
      created_at: createdAt,
    }
  })
}
