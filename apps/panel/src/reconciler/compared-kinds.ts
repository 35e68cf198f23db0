import type { ObjectKind } from '../cloud/object-kinds.ts'
import type { ComparedKind } from './compared-kind.ts'
import { pointers, routes } from './kinds/addresses.ts'
import { listeners, loadBalancers, members, monitors, pools } from './kinds/load-balancers.ts'
import { networks, ports, routers, subnets } from './kinds/networks.ts'
import { objectsUsers } from './kinds/objects-users.ts'
import { images, serverGroups, servers } from './kinds/servers.ts'
import { snapshots, volumes } from './kinds/volumes.ts'

/** Everything that is compared, in the order in which orphans can be removed. */
export const comparedKinds: readonly ComparedKind[] = [
  routes,
  pointers,
  servers,
  serverGroups,
  listeners,
  members,
  monitors,
  pools,
  loadBalancers,
  routers,
  ports,
  subnets,
  networks,
  snapshots,
  volumes,
  images,
  objectsUsers,
]

const byKind = new Map<string, ComparedKind>(comparedKinds.map(kind => [kind.kind, kind]))

/** How this kind is compared; undefined of one that is not known. */
export function comparedKind(kind: ObjectKind | string): ComparedKind | undefined {
  return byKind.get(kind)
}
