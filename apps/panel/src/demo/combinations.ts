import { type FaultKind, faultKinds } from '../cloud/embedded/fault-order.ts'
import { type CloudOperation, listOperations } from '../cloud/embedded/operations.ts'
import type { Order } from './operator.ts'
import type { SceneName } from './scenes.ts'

/** One fault at one operation, and what it takes to get there. */
export interface Combination {
  readonly operation: CloudOperation
  readonly fault: FaultKind
  /** What the customer does meanwhile. */
  readonly scene: SceneName
  readonly orders: readonly Order[]
}

/** How late a late effect comes, in milliseconds: while the action goes on, and before the watch for it ends. */
const lateByMs = 250

/** Every kind of fault at every operation of the cloud that somebody causes, in everything that leads there in a way of its own. */
export function combinationsOf(operations: readonly CloudOperation[]): readonly Combination[] {
  return operations.flatMap(operation => {
    const [scenes, afterLost] = ways[operation] ?? [[]]
    return [scenes].flat().flatMap(scene =>
      faultKinds.map(
        (fault): Combination => ({
          operation,
          fault,
          scene,
          orders: [...lost(afterLost), { operation, kind: fault, delayMs: lateByMs }],
        }),
      ),
    )
  })
}

function lost(operation: CloudOperation | undefined): readonly Order[] {
  return operation === undefined ? [] : [{ operation, kind: 'lose-answer' }]
}

/**
 * What leads to an operation: several scenes, where different actions have it done to different kinds of objects. An action
 * looks for an effect only after it has lost the answer to it.
 */
type Way = readonly [scenes: SceneName | readonly SceneName[], afterLost?: CloudOperation]

const ways: { readonly [operation in CloudOperation]?: Way } = {
  'network.createNetwork': ['creates a network'],
  'network.findNetworks': ['creates a network', 'network.createNetwork'],
  'network.getNetwork': ['creates a network'],
  'network.setMtu': ['changes a network'],
  'network.deleteNetwork': ['deletes a network'],
  'network.createSubnet': [['creates a network', 'creates a subnet']],
  'network.findSubnets': ['creates a network', 'network.createSubnet'],
  'network.getSubnet': ['creates a network'],
  'network.setSubnet': ['changes a subnet'],
  'network.deleteSubnet': ['deletes a subnet'],
  'network.createPort': [
    [
      'creates a server',
      'connects a server otherwise',
      'creates a load balancer',
      'creates a router',
      'connects a router',
    ],
  ],
  'network.findPorts': ['creates a server', 'network.createPort'],
  'network.getPort': ['creates a server'],
  'network.deletePort': [
    [
      'deletes a server',
      'connects a server otherwise',
      'deletes a load balancer',
      'deletes a router',
      'disconnects a router',
    ],
  ],
  'volumes.create': [
    [
      'creates a server',
      'creates a server from an own image',
      'creates a volume',
      'creates a volume from a snapshot',
    ],
  ],
  'volumes.find': ['creates a server', 'volumes.create'],
  'volumes.get': ['creates a server'],
  'volumes.delete': [['deletes a server', 'deletes a volume']],
  'volumes.extend': ['grows a volume'],
  'volumes.createSnapshot': ['takes a snapshot'],
  'volumes.findSnapshots': ['takes a snapshot', 'volumes.createSnapshot'],
  'volumes.getSnapshot': ['takes a snapshot'],
  'volumes.revert': ['reverts a volume'],
  'volumes.deleteSnapshot': ['deletes a snapshot'],
  'compute.hasRoom': ['creates a server'],
  'compute.createServer': ['creates a server'],
  'compute.findServers': ['creates a server', 'compute.createServer'],
  'compute.getServer': ['creates a server'],
  'compute.startServer': ['starts a server'],
  'compute.stopServer': ['stops a server'],
  'compute.rebootServer': ['reboots a server'],
  'compute.resizeServer': ['resizes a server'],
  'compute.deleteServer': ['deletes a server'],
  'compute.attachVolume': [['moves a volume', 'creates a volume']],
  'compute.detachVolume': [['moves a volume', 'deletes a volume']],
  'compute.attachPort': ['connects a server otherwise'],
  'compute.detachPort': ['connects a server otherwise'],
  'compute.createServerGroup': ['creates a server group'],
  'compute.findServerGroups': ['creates a server group', 'compute.createServerGroup'],
  'compute.getServerGroup': ['creates a server group'],
  'compute.deleteServerGroup': ['deletes a server group'],
  'dns.setPointer': [['creates a server', 'creates a floating IP', 'moves a floating IP']],
  'dns.findPointers': ['creates a server', 'dns.setPointer'],
  'dns.getPointer': ['moves a floating IP'],
  'dns.removePointer': [['deletes a server', 'deletes a floating IP']],
  'routes.announce': [
    ['creates a floating IP', 'moves a floating IP', 'leads a floating IP to a load balancer'],
  ],
  'routes.findRoutes': ['creates a floating IP', 'routes.announce'],
  'routes.getRoute': ['moves a floating IP'],
  'routes.withdraw': [['deletes a floating IP', 'deletes a load balancer']],
  'loadBalancers.create': ['creates a load balancer'],
  'loadBalancers.find': ['creates a load balancer', 'loadBalancers.create'],
  'loadBalancers.get': ['creates a load balancer'],
  'loadBalancers.delete': ['deletes a load balancer'],
  'loadBalancers.createPart': [
    ['creates a pool', 'creates a member', 'creates a listener', 'creates a monitor'],
  ],
  'loadBalancers.findParts': ['creates a pool', 'loadBalancers.createPart'],
  'loadBalancers.getPart': ['creates a pool'],
  'loadBalancers.setPart': [['changes a member', 'changes a listener', 'changes a monitor']],
  'loadBalancers.health': ['looks at load balancers'],
  'loadBalancers.deletePart': [
    ['deletes a pool', 'deletes a member', 'deletes a listener', 'deletes a monitor'],
  ],
  'network.createRouter': ['creates a router'],
  'network.findRouters': ['creates a router', 'network.createRouter'],
  'network.getRouter': ['creates a router'],
  'network.attachRouterPort': ['connects a router'],
  'network.detachRouterPort': ['disconnects a router'],
  'network.deleteRouter': ['deletes a router'],
  'objectStorage.createUser': ['creates an objects user'],
  'objectStorage.findUsers': ['creates an objects user', 'objectStorage.createUser'],
  'objectStorage.getUser': ['creates an objects user'],
  'objectStorage.listBuckets': ['deletes an objects user'],
  'objectStorage.bucketUsage': ['looks at what buckets are used for'],
  'objectStorage.deleteUser': ['deletes an objects user'],
  'images.importImage': ['imports an image'],
  'images.findImports': ['imports an image', 'images.importImage'],
  'images.getImport': ['imports an image'],
  'images.deleteImport': ['deletes an image'],
  'events.publish': ['creates a network'],
  ...compared(),
}

/** What is listed only to be compared with the records. */
function compared(): { readonly [operation in CloudOperation]?: Way } {
  return Object.fromEntries(listOperations.map(operation => [operation, ['looks on as all is compared']]))
}
