import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import {
  networkInWords,
  partInWords,
  pointerInWords,
  portInWords,
  routeInWords,
  serverInWords,
  snapshotInWords,
  subnetInWords,
  volumeInWords,
} from './words.ts'

/** Everything that the cloud has. */
export function cloudInWords(objects: readonly CloudObject[]): readonly string[] {
  const names = namesOf(objects)
  return objects.map(object => inWords(object, names))
}

function inWords(object: CloudObject, names: ReadonlyMap<string, string>): string {
  switch (object.kind) {
    case 'server':
      return serverInWords(object.hostname, object)
    case 'port':
      return portInWords(names.get(object.serverId ?? object.routerId ?? object.id), object.addresses)
    case 'volume':
      return volumeInWords(object.sizeGb, names.get(object.serverId ?? ''))
    case 'network':
      return networkInWords(object.name, object.mtu)
    case 'subnet':
      return subnetInWords(names.get(object.networkId), object)
    case 'snapshot':
      return snapshotInWords(object.sizeGb)
    case 'route':
      return routeInWords(object.id, object.nextHop)
    case 'pointer':
      return pointerInWords(object.id)
    case 'load-balancer':
      return `load balancer ${object.name} of ${object.flavor}`
    case 'pool':
    case 'member':
    case 'listener':
    case 'monitor':
      return partInWords(names.get(object.loadBalancerId), object)
    case 'objects-user':
      return `objects user ${object.accessKey}`
    case 'server-group':
      return `server group ${object.name}`
    case 'router':
    case 'image':
      return `${object.kind} ${object.name}`
  }
}

/** What others call an object by, by its id; and of a load balancer's ports, which don't say whose they are, the load balancer. */
function namesOf(objects: readonly CloudObject[]): ReadonlyMap<string, string> {
  return new Map(
    objects.flatMap(object => {
      if (object.kind === 'server') return [[object.id, object.hostname] as const]
      if (object.kind === 'load-balancer')
        return [object.id, ...object.portIds].map(id => [id, object.name] as const)
      return 'name' in object ? [[object.id, object.name] as const] : []
    }),
  )
}
