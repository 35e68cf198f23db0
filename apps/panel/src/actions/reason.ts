import { DependencyException, type Exception } from 'evenkeel'
import { NoHostLeftException } from '../cloud/exceptions.ts'
import { stepWords } from './step-words.ts'

/** What could not be done, in the customer's words, by the call to the cloud that an exception names. */
export const callWords: { readonly [operation: string]: string } = {
  'network.createNetwork': 'the network could not be made',
  'network.setMtu': 'the MTU of the network could not be changed',
  'network.deleteNetwork': 'the network could not be removed',
  'network.createSubnet': 'the subnet could not be made',
  'network.setSubnet': 'the subnet could not be changed',
  'network.deleteSubnet': 'the subnet could not be removed',
  'network.createPort': 'the network interface could not be made',
  'network.deletePort': 'the network interface could not be removed',
  'network.createRouter': 'the router could not be made',
  'network.deleteRouter': 'the router could not be removed',
  'network.attachRouterPort': 'the interface of the router could not be attached',
  'network.detachRouterPort': 'the interface of the router could not be detached',
  'volumes.create': 'a volume could not be made',
  'volumes.delete': 'the volume could not be removed',
  'volumes.extend': 'the volume could not be enlarged',
  'volumes.revert': 'the volume could not be reverted',
  'volumes.createSnapshot': 'the snapshot could not be made',
  'volumes.deleteSnapshot': 'the snapshot could not be removed',
  'compute.createServer': 'the server could not be started',
  'compute.deleteServer': 'the server could not be removed',
  'compute.startServer': 'the server could not be started',
  'compute.stopServer': 'the server could not be shut down',
  'compute.rebootServer': 'the server could not be rebooted',
  'compute.resizeServer': 'the flavor of the server could not be changed',
  'compute.attachVolume': 'the volume could not be attached',
  'compute.detachVolume': 'the volume could not be detached',
  'compute.attachPort': 'the network interface could not be attached',
  'compute.detachPort': 'the network interface could not be detached',
  'compute.createServerGroup': 'the server group could not be made',
  'compute.deleteServerGroup': 'the server group could not be removed',
  'dns.setPointer': 'the reverse DNS entry could not be made',
  'dns.removePointer': 'the reverse DNS entry could not be removed',
  'routes.announce': 'the floating IP could not be led to its target',
  'routes.withdraw': 'the floating IP could not be taken from its target',
  'images.importImage': 'the image could not be imported',
  'images.deleteImport': 'the image could not be removed',
  'loadBalancers.create': 'the load balancer could not be made',
  'loadBalancers.delete': 'the load balancer could not be removed',
  'loadBalancers.createPart': 'a part of the load balancer could not be made',
  'loadBalancers.setPart': 'a part of the load balancer could not be changed',
  'loadBalancers.deletePart': 'a part of the load balancer could not be removed',
  'objectStorage.createUser': 'the objects user could not be made',
  'objectStorage.deleteUser': 'the objects user could not be removed',
  'events.publish': 'what happened could not be passed on',
}

/** The cloud's objects, by the first word of what exceptions call them, and of the calls that only look. */
export const objectWords: readonly (readonly [RegExp, string])[] = [
  [/^(network\.(find|get|list)Network|network )/, 'the network'],
  [/^(network\.(find|get|list)Subnet|subnet )/, 'the subnet'],
  [/^(network\.(find|get|list)Port|port )/, 'the network interface'],
  [/^(network\.(find|get|list)Router|router )/, 'the router'],
  [/^(volumes\.(find|get|list)Snapshot|(volume )?snapshot )/, 'the snapshot'],
  [/^(volumes\.|volume )/, 'the volume'],
  [/^(compute\.(find|get|list)ServerGroup|(server )?group )/, 'the server group'],
  [/^(compute\.|server )/, 'the server'],
  [/^(dns\.|pointer )/, 'the reverse DNS entry'],
  [/^(routes\.|route )/, 'the route of the floating IP'],
  [/^(loadBalancers\.(find|get|list)Part|part of a load balancer )/, 'a part of the load balancer'],
  [/^(loadBalancers\.|load[- ]balancer )/, 'the load balancer'],
  [/^pool /, 'the pool'],
  [/^member /, 'the member'],
  [/^listener /, 'the listener'],
  [/^monitor /, 'the health monitor'],
  [/^(images\.|image )/, 'the image'],
  [/^objectStorage\.(bucketUsage|listBuckets)/, 'what is in the buckets'],
  [/^(objectStorage\.|objects[- ]user )/, 'the objects user'],
]

/**
 * Why an action was rolled back, as a sentence for the customer. What a back end said in its own words is for
 * operators; they find it under the incident's number.
 */
export function reasonOf(cause: Exception): string {
  if (hasNoHostLeft(cause)) return noHostLeft
  const what = whatFailed(cause)
  if (what === undefined) return cause.publicMessage
  return `${what}, because a system behind this service did not do its part.`
}

const noHostLeft =
  'the server could not be started, because each host of its zone has a server that it is to be kept apart from. Leave the server group out, or delete one of its servers first.'

function hasNoHostLeft(cause: unknown): boolean {
  return cause instanceof NoHostLeftException || (cause instanceof Error && hasNoHostLeft(cause.cause))
}

function whatFailed(cause: unknown): string | undefined {
  if (!(cause instanceof DependencyException)) return undefined
  const { operation, step, object } = cause.data
  return wordsFor(operation, step, object) ?? whatFailed(cause.cause)
}

function wordsFor(operation: unknown, step: unknown, object: unknown): string | undefined {
  if (typeof operation === 'string') {
    const objectName = objectWordOf(operation)
    return callWords[operation] ?? (objectName && `${objectName} could not be looked up`)
  }
  // The engine names it by its path, or by its action and itself: `server.create/dns.pointer find`.
  if (typeof step === 'string') return step.split(/[/ ]/).flatMap(part => stepWords[part] ?? [])[0]?.notDone
  if (typeof object !== 'string') return undefined
  const objectName = objectWordOf(`${object} `)
  return objectName && `${objectName} could not be brought into the wanted state`
}

function objectWordOf(text: string): string | undefined {
  return objectWords.find(([named]) => named.test(text))?.[1]
}
