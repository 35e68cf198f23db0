import type { Cloud, Listed, ListPage, ObjectState } from './cloud.ts'
import type { LoadBalancerPart } from './load-balancers.ts'

/** What every object of the cloud has. */
export interface AnyCloudObject {
  readonly id: string
  readonly status: ObjectState
}

/** What can be asked of the cloud for any kind of object. */
export interface ObjectKindCalls<T extends AnyCloudObject> {
  list(cloud: Cloud, page: ListPage, signal?: AbortSignal): Promise<readonly Listed<T>[]>
  /** The object, or undefined once it is gone. */
  get(cloud: Cloud, id: string, signal?: AbortSignal): Promise<T | undefined>
  /** Accepts the removal; removing an absent one is success. @param key what it carries: of what takes another's place, only this is removed */
  remove(cloud: Cloud, id: string, key: string, signal?: AbortSignal): Promise<void>
}

/** Every kind of object, in an order in which they can be removed: nothing is used by what comes after it. */
export const objectKinds = {
  route: calls({
    list: ({ routes }, page, signal) => routes.listRoutes(page, signal),
    get: ({ routes }, id, signal) => routes.getRoute(id, signal),
    remove: ({ routes }, id, key, signal) => routes.withdraw(id, key, signal),
  }),
  pointer: calls({
    list: ({ dns }, page, signal) => dns.listPointers(page, signal),
    get: ({ dns }, id, signal) => dns.getPointer(id, signal),
    remove: ({ dns }, id, key, signal) => dns.removePointer(id, key, signal),
  }),
  server: calls({
    list: ({ compute }, page, signal) => compute.listServers(page, signal),
    get: ({ compute }, id, signal) => compute.getServer(id, signal),
    remove: ({ compute }, id, _key, signal) => compute.deleteServer(id, signal),
  }),
  'server-group': calls({
    list: ({ compute }, page, signal) => compute.listServerGroups(page, signal),
    get: ({ compute }, id, signal) => compute.getServerGroup(id, signal),
    remove: ({ compute }, id, _key, signal) => compute.deleteServerGroup(id, signal),
  }),
  listener: part('listener'),
  member: part('member'),
  monitor: part('monitor'),
  pool: part('pool'),
  'load-balancer': calls({
    list: ({ loadBalancers }, page, signal) => loadBalancers.listLoadBalancers(page, signal),
    get: ({ loadBalancers }, id, signal) => loadBalancers.getLoadBalancer(id, signal),
    remove: ({ loadBalancers }, id, _key, signal) => loadBalancers.deleteLoadBalancer(id, signal),
  }),
  router: calls({
    list: ({ network }, page, signal) => network.listRouters(page, signal),
    get: ({ network }, id, signal) => network.getRouter(id, signal),
    remove: ({ network }, id, _key, signal) => network.deleteRouter(id, signal),
  }),
  port: calls({
    list: ({ network }, page, signal) => network.listPorts(page, signal),
    get: ({ network }, id, signal) => network.getPort(id, signal),
    remove: ({ network }, id, _key, signal) => network.deletePort(id, signal),
  }),
  subnet: calls({
    list: ({ network }, page, signal) => network.listSubnets(page, signal),
    get: ({ network }, id, signal) => network.getSubnet(id, signal),
    remove: ({ network }, id, _key, signal) => network.deleteSubnet(id, signal),
  }),
  network: calls({
    list: ({ network }, page, signal) => network.listNetworks(page, signal),
    get: ({ network }, id, signal) => network.getNetwork(id, signal),
    remove: ({ network }, id, _key, signal) => network.deleteNetwork(id, signal),
  }),
  snapshot: calls({
    list: ({ volumes }, page, signal) => volumes.listSnapshots(page, signal),
    get: ({ volumes }, id, signal) => volumes.getSnapshot(id, signal),
    remove: ({ volumes }, id, _key, signal) => volumes.deleteSnapshot(id, signal),
  }),
  volume: calls({
    list: ({ volumes }, page, signal) => volumes.listVolumes(page, signal),
    get: ({ volumes }, id, signal) => volumes.getVolume(id, signal),
    remove: ({ volumes }, id, _key, signal) => volumes.deleteVolume(id, signal),
  }),
  image: calls({
    list: ({ images }, page, signal) => images.listImports(page, signal),
    get: ({ images }, id, signal) => images.getImport(id, signal),
    remove: ({ images }, id, _key, signal) => images.deleteImport(id, signal),
  }),
  'objects-user': calls({
    list: ({ objectStorage }, page, signal) => objectStorage.listUsers(page, signal),
    get: ({ objectStorage }, id, signal) => objectStorage.getUser(id, signal),
    remove: ({ objectStorage }, id, _key, signal) => objectStorage.deleteUser(id, signal),
  }),
} as const

/** What an object of the cloud is, in the API's word for it where that has one. */
export type ObjectKind = keyof typeof objectKinds

/** What the cloud shows of an object of this kind. */
export type ObjectOf<Kind extends ObjectKind> =
  (typeof objectKinds)[Kind] extends ObjectKindCalls<infer T> ? T : never

/** The calls for a kind that is known only when it runs. */
export function callsFor(kind: ObjectKind): ObjectKindCalls<AnyCloudObject> {
  return objectKinds[kind] as ObjectKindCalls<AnyCloudObject>
}

export function isObjectKind(text: string): text is ObjectKind {
  return text in objectKinds
}

/** `server-group` in words. */
export function wordsOfKind(kind: ObjectKind): string {
  return kind.replaceAll('-', ' ')
}

// Only for its type: what each kind's calls show is inferred here.
function calls<T extends AnyCloudObject>(all: ObjectKindCalls<T>): ObjectKindCalls<T> {
  return all
}

function part(kind: LoadBalancerPart['kind']) {
  return calls({
    list: ({ loadBalancers }, page, signal) => loadBalancers.listParts(kind, page, signal),
    get: ({ loadBalancers }, id, signal) => loadBalancers.getPart(id, signal),
    remove: ({ loadBalancers }, id, _key, signal) => loadBalancers.deletePart(id, signal),
  })
}
