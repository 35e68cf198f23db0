import type { CloudOperation } from './operations.ts'

export interface LatencyOptions {
  /** What all times are multiplied with; 0 for no waiting at all. */
  factor: number
  /** Chance, from 0 to 1 (exclusive). */
  random: () => number
}

/** How long the cloud takes: for an answer, and for what it accepted to settle. Times are in milliseconds. */
export class Latency {
  readonly #factor: number
  readonly #random: () => number

  constructor({ factor, random }: LatencyOptions) {
    this.#factor = factor
    this.#random = random
  }

  /** How long this call takes to be answered. */
  ofCall(operation: CloudOperation): number {
    return this.#vary(callMs[operation])
  }

  /** How long this settling takes, of one that usually takes `usualMs`. */
  ofSettling(usualMs: number): number {
    return this.#vary(usualMs)
  }

  #vary(usualMs: number): number {
    return usualMs * this.#factor * (0.75 + this.#random() / 2)
  }
}

/** A slow call, and what it begins, take this many times as long. */
export const slowness = 10

/** A page of a listing takes about as long whatever it is of. */
const pageMs = 60

const callMs: Record<CloudOperation, number> = {
  'network.createNetwork': 120,
  'network.setMtu': 80,
  'network.deleteNetwork': 80,
  'network.findNetworks': 30,
  'network.getNetwork': 20,
  'network.createSubnet': 120,
  'network.setSubnet': 80,
  'network.deleteSubnet': 80,
  'network.findSubnets': 30,
  'network.getSubnet': 20,
  'network.createPort': 120,
  'network.deletePort': 80,
  'network.findPorts': 30,
  'network.getPort': 20,
  'network.createRouter': 120,
  'network.deleteRouter': 80,
  'network.attachRouterPort': 120,
  'network.detachRouterPort': 120,
  'network.findRouters': 30,
  'network.getRouter': 20,
  'volumes.create': 100,
  'volumes.delete': 80,
  'volumes.extend': 100,
  'volumes.revert': 100,
  'volumes.createSnapshot': 100,
  'volumes.deleteSnapshot': 80,
  'volumes.findSnapshots': 30,
  'volumes.getSnapshot': 20,
  'volumes.find': 30,
  'volumes.get': 20,
  'compute.createServer': 250,
  'compute.deleteServer': 100,
  'compute.findServers': 50,
  'compute.getServer': 30,
  'compute.startServer': 100,
  'compute.stopServer': 100,
  'compute.rebootServer': 100,
  'compute.resizeServer': 150,
  'compute.attachVolume': 150,
  'compute.detachVolume': 150,
  'compute.attachPort': 150,
  'compute.detachPort': 150,
  'compute.createServerGroup': 80,
  'compute.deleteServerGroup': 80,
  'compute.findServerGroups': 50,
  'compute.getServerGroup': 30,
  'compute.hasRoom': 30,
  'dns.setPointer': 40,
  'dns.removePointer': 40,
  'dns.findPointers': 20,
  'dns.getPointer': 20,
  'routes.announce': 20,
  'routes.withdraw': 20,
  'routes.findRoutes': 20,
  'routes.getRoute': 20,
  'loadBalancers.create': 150,
  'loadBalancers.delete': 100,
  'loadBalancers.find': 40,
  'loadBalancers.get': 20,
  'loadBalancers.createPart': 80,
  'loadBalancers.setPart': 80,
  'loadBalancers.deletePart': 80,
  'loadBalancers.findParts': 40,
  'loadBalancers.getPart': 20,
  'loadBalancers.health': 10,
  'images.getImage': 20,
  'images.importImage': 80,
  'images.deleteImport': 80,
  'images.findImports': 30,
  'images.getImport': 20,
  'objectStorage.createUser': 40,
  'objectStorage.deleteUser': 40,
  'objectStorage.findUsers': 20,
  'objectStorage.getUser': 20,
  'objectStorage.listBuckets': 20,
  'objectStorage.bucketUsage': 60,
  'events.publish': 4,
  'network.listNetworks': pageMs,
  'network.listSubnets': pageMs,
  'network.listPorts': pageMs,
  'network.listRouters': pageMs,
  'volumes.list': pageMs,
  'volumes.listSnapshots': pageMs,
  'compute.listServers': pageMs,
  'compute.listServerGroups': pageMs,
  'dns.listPointers': pageMs,
  'routes.listRoutes': pageMs,
  'loadBalancers.list': pageMs,
  'loadBalancers.listParts': pageMs,
  'images.listImports': pageMs,
  'objectStorage.listUsers': pageMs,
}

/** How long what was accepted usually takes to settle. */
export const settlingMs = {
  networkCreated: 300,
  networkChanged: 200,
  networkDeleted: 300,
  subnetCreated: 200,
  subnetChanged: 200,
  subnetDeleted: 200,
  portCreated: 300,
  portDeleted: 200,
  portAttached: 500,
  portDetached: 500,
  routerCreated: 800,
  routerDeleted: 500,
  volumeFilled: 2000,
  volumeCreated: 400,
  volumeDeleted: 500,
  volumeAttached: 600,
  volumeDetached: 600,
  volumeExtended: 500,
  volumeReverted: 1000,
  snapshotCreated: 600,
  snapshotDeleted: 500,
  serverCreated: 3000,
  serverStarted: 1500,
  serverStopped: 1000,
  serverRebooted: 2000,
  serverResized: 2000,
  serverDeleted: 1000,
  serverGroupCreated: 200,
  serverGroupDeleted: 300,
  loadBalancerCreated: 1500,
  loadBalancerChanged: 200,
  loadBalancerDeleted: 800,
  // Of one that needs not be fetched.
  imageImported: 600,
  imageDeleted: 400,
  objectsUserCreated: 150,
  objectsUserDeleted: 150,
  // Until the neighbours have the route, or have dropped it.
  routeAnnounced: 100,
  routeWithdrawn: 100,
  pointerSet: 200,
  // A name server answers when the record is gone.
  pointerRemoved: 0,
}
