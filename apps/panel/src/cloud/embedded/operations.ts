/** The calls that change something. */
export const effectOperations = [
  'network.createNetwork',
  'network.setMtu',
  'network.deleteNetwork',
  'network.createSubnet',
  'network.setSubnet',
  'network.deleteSubnet',
  'network.createPort',
  'network.deletePort',
  'volumes.create',
  'volumes.delete',
  'volumes.extend',
  'volumes.revert',
  'volumes.createSnapshot',
  'volumes.deleteSnapshot',
  'compute.createServer',
  'compute.deleteServer',
  'compute.startServer',
  'compute.stopServer',
  'compute.rebootServer',
  'compute.resizeServer',
  'compute.attachVolume',
  'compute.detachVolume',
  'compute.attachPort',
  'compute.detachPort',
  'compute.createServerGroup',
  'compute.deleteServerGroup',
  'dns.setPointer',
  'dns.removePointer',
  'images.importImage',
  'images.deleteImport',
  'routes.announce',
  'routes.withdraw',
  'events.publish',
] as const

/** The calls that only look. */
export const readOperations = [
  'network.findNetworks',
  'network.getNetwork',
  'network.findSubnets',
  'network.getSubnet',
  'network.findPorts',
  'network.getPort',
  'volumes.find',
  'volumes.get',
  'volumes.findSnapshots',
  'volumes.getSnapshot',
  'compute.findServers',
  'compute.getServer',
  'compute.hasRoom',
  'compute.findServerGroups',
  'compute.getServerGroup',
  'dns.findPointers',
  'dns.getPointer',
  'routes.findRoutes',
  'routes.getRoute',
  'images.getImage',
  'images.findImports',
  'images.getImport',
] as const

export const cloudOperations = [...effectOperations, ...readOperations] as const

export type EffectOperation = (typeof effectOperations)[number]
export type ReadOperation = (typeof readOperations)[number]

/** A call to the cloud, by the name that fault orders and exceptions give it. */
export type CloudOperation = (typeof cloudOperations)[number]
