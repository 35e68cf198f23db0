import { type FaultKind, faultKinds } from '../cloud/embedded/fault-order.ts'
import type { CloudOperation } from '../cloud/embedded/operations.ts'
import type { Order } from './operator.ts'

/** One fault at one operation, and what it takes to get there. */
export interface Combination {
  readonly operation: CloudOperation
  readonly fault: FaultKind
  /** Whether the orders are given before the creation or before the deletion. */
  readonly at: 'creation' | 'deletion'
  readonly orders: readonly Order[]
}

/** How late a late effect comes, in milliseconds: while the action goes on, and before the watch for it ends. */
const lateByMs = 250

/** Every kind of fault at every operation that creating and deleting a server use. */
export function combinationsOf(operations: readonly CloudOperation[]): readonly Combination[] {
  return operations.filter(isOfCreateOrDelete).flatMap(operation =>
    faultKinds.map(
      (fault): Combination => ({
        operation,
        fault,
        at: isRemoval(operation) ? 'deletion' : 'creation',
        orders: [...wayTo(operation), { operation, kind: fault, delayMs: lateByMs }],
      }),
    ),
  )
}

function isOfCreateOrDelete(operation: CloudOperation): boolean {
  return ofCreateOrDelete.has(operation)
}

const ofCreateOrDelete: ReadonlySet<CloudOperation> = new Set([
  'network.createPort',
  'network.deletePort',
  'network.findPorts',
  'network.getPort',
  'volumes.create',
  'volumes.delete',
  'volumes.find',
  'volumes.get',
  'compute.createServer',
  'compute.deleteServer',
  'compute.findServers',
  'compute.getServer',
  'compute.hasRoom',
  'dns.setPointer',
  'dns.removePointer',
  'dns.findPointers',
  'dns.getPointer',
])

function isRemoval(operation: CloudOperation): boolean {
  return /\.(delete|remove)/.test(operation)
}

/** An action looks for an effect only after it has lost the answer to it. */
function wayTo(operation: CloudOperation): readonly Order[] {
  const maker = makers[operation]
  return maker === undefined ? [] : [{ operation: maker, kind: 'lose-answer' }]
}

const makers: { readonly [find in CloudOperation]?: CloudOperation } = {
  'network.findPorts': 'network.createPort',
  'volumes.find': 'volumes.create',
  'compute.findServers': 'compute.createServer',
  'dns.findPointers': 'dns.setPointer',
}
