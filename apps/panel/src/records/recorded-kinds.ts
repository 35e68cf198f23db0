import { type AtCloud, plainAtCloud, type RecordsAtCloud } from './at-cloud.ts'
import { listeners, members, monitors, pools } from './recorded/load-balancer-parts.ts'
import { networks, subnets } from './recorded/networks.ts'
import { objectsUsers } from './recorded/objects-users.ts'
import { pointers } from './recorded/pointers.ts'
import { ports } from './recorded/ports.ts'
import { routes } from './recorded/routes.ts'
import { servers } from './recorded/servers.ts'
import { snapshots, volumes } from './recorded/volumes.ts'

/**
 * What the records say is at the cloud, by the cloud's words for what there is. Each is asked for page by page, by an index of what the
 * cloud calls a thing (`recorded-kinds.test.ts`).
 */
export const recordedKinds = {
  server: servers,
  'server-group': plainAtCloud('serverGroups', 'cloudGroupId'),
  port: ports,
  network: networks,
  subnet: subnets,
  router: plainAtCloud('routers', 'cloudRouterId'),
  volume: volumes,
  snapshot: snapshots,
  image: plainAtCloud('customImages', 'cloudImageId'),
  'load-balancer': plainAtCloud('loadBalancers', 'cloudLoadBalancerId'),
  pool: pools,
  member: members,
  listener: listeners,
  monitor: monitors,
  'objects-user': objectsUsers,
  pointer: pointers,
  route: routes,
} satisfies { readonly [kind: string]: RecordsAtCloud<never> | RecordsAtCloud<AtCloud> }
