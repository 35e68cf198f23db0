import { attachPort, attachVolume, detachPort, detachVolume } from './attachments.ts'
import { createServer, deleteServer, rebootServer, resizeServer, startServer, stopServer } from './compute.ts'
import { removePointer, setPointer } from './dns.ts'
import { publish } from './events.ts'
import { deleteImport, importImage } from './image-imports.ts'
import { createPart, deletePart, setPart } from './load-balancer-parts.ts'
import { createLoadBalancer, deleteLoadBalancer } from './load-balancers.ts'
import type { Moment } from './moment.ts'
import { createPort, deletePort } from './network.ts'
import { createNetwork, deleteNetwork, setMtu } from './networks.ts'
import { createUser, deleteUser } from './object-storage.ts'
import type { EffectOperation } from './operations.ts'
import { attachRouterPort, createRouter, deleteRouter, detachRouterPort } from './routers.ts'
import { announce, withdraw } from './routes.ts'
import { createServerGroup, deleteServerGroup } from './server-groups.ts'
import { createSnapshot, deleteSnapshot, revertVolume } from './snapshots.ts'
import { createSubnet, deleteSubnet, setSubnet } from './subnets.ts'
import { createVolume, deleteVolume, extendVolume } from './volumes.ts'

/** What an operation does to the world. Throws the cloud's exceptions, and has then done nothing. */
export type Effect<Request, Answer> = (moment: Moment, request: Request) => Answer

/** Every effect by its operation: how one is found again that comes late, perhaps after a restart. */
export const effects = {
  'network.createNetwork': createNetwork,
  'network.setMtu': setMtu,
  'network.deleteNetwork': deleteNetwork,
  'network.createSubnet': createSubnet,
  'network.setSubnet': setSubnet,
  'network.deleteSubnet': deleteSubnet,
  'network.createPort': createPort,
  'network.deletePort': deletePort,
  'network.createRouter': createRouter,
  'network.deleteRouter': deleteRouter,
  'network.attachRouterPort': attachRouterPort,
  'network.detachRouterPort': detachRouterPort,
  'volumes.create': createVolume,
  'volumes.delete': deleteVolume,
  'volumes.extend': extendVolume,
  'volumes.revert': revertVolume,
  'volumes.createSnapshot': createSnapshot,
  'volumes.deleteSnapshot': deleteSnapshot,
  'compute.createServer': createServer,
  'compute.deleteServer': deleteServer,
  'compute.startServer': startServer,
  'compute.stopServer': stopServer,
  'compute.rebootServer': rebootServer,
  'compute.resizeServer': resizeServer,
  'compute.attachVolume': attachVolume,
  'compute.detachVolume': detachVolume,
  'compute.attachPort': attachPort,
  'compute.detachPort': detachPort,
  'compute.createServerGroup': createServerGroup,
  'compute.deleteServerGroup': deleteServerGroup,
  'dns.setPointer': setPointer,
  'dns.removePointer': removePointer,
  'loadBalancers.create': createLoadBalancer,
  'loadBalancers.delete': deleteLoadBalancer,
  'loadBalancers.createPart': createPart,
  'loadBalancers.setPart': setPart,
  'loadBalancers.deletePart': deletePart,
  'images.importImage': importImage,
  'images.deleteImport': deleteImport,
  'objectStorage.createUser': createUser,
  'objectStorage.deleteUser': deleteUser,
  'routes.announce': announce,
  'routes.withdraw': withdraw,
  'events.publish': publish,
} satisfies Record<EffectOperation, Effect<never, unknown>>

export type RequestOf<Operation extends EffectOperation> = Parameters<(typeof effects)[Operation]>[1]
export type AnswerOf<Operation extends EffectOperation> = ReturnType<(typeof effects)[Operation]>
