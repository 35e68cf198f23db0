import { isDeepStrictEqual } from 'node:util'
import { ValidationException } from 'evenkeel'
import { z } from 'zod'
import { floatingNetworkLength, networkOf } from '../addressing/floating-pools.ts'
import { requireSettled } from '../records/busy.ts'
import { type FloatingIpRecord, floatingIpRecords } from '../records/floating-ips.ts'
import { type Labels, labelChanges } from '../records/labels.ts'
import { loadBalancerRecords } from '../records/load-balancers.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { aboutFloatingIp } from './about-floating-ip.ts'
import { action, changeOf } from './define.ts'
import { findFloatingIpTarget, locksOfTarget, type WantedFloatingIpTarget } from './floating-ip-target.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { setFloatingPointer } from './steps/floating-pointer.ts'
import { announceRoute } from './steps/route.ts'
import type { Target } from './target.ts'

/** What is to be otherwise with a floating IP. What isn't given stays. */
export interface ChangeFloatingIpRequest extends Target, WantedFloatingIpTarget {
  readonly reversePtr: string | undefined
  /** What is changed along with that, if it can be done. */
  readonly labels: Pick<Labels, 'tags'>
}

/** Why a network of floating addresses has no reverse pointer. */
export const onlyForOneAddress = 'Only a single address can have a reverse pointer, not a network.'

/** To one of the two. */
const Assignment = z.object({
  serverUuid: z.string().nullable(),
  loadBalancerUuid: z.string().nullable(),
  nextHop: z.string(),
})
type Assignment = z.output<typeof Assignment>

const Input = z.object({
  floatingIpUuid: z.string(),
  address: z.string(),
  network: z.string(),
  /** Null to leave it where it is. */
  assignment: Assignment.nullable(),
  /** Null to leave it as it is. */
  reversePtr: z.string().nullable(),
  labels: z.object({ tags: z.record(z.string(), z.string()).optional() }),
})

/** Assigns a floating IP to another server or load balancer, and gives it another reverse pointer: all that was asked for is done, or nothing. */
export const changeFloatingIp = action('floating-ip.change', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [announceRoute, setFloatingPointer],

  async about(request: ChangeFloatingIpRequest, db) {
    const done = (await doneBy(request, db)).join(' and ')
    return aboutFloatingIp(request, db, { action: 'floating_ip_update', done })
  },

  // Not that of what it leads to now: it must be possible to leave one that is stuck.
  locks: async (request: ChangeFloatingIpRequest) => [
    `floating-ip:${request.uuid}`,
    ...locksOfTarget(request),
  ],

  async admit(request: ChangeFloatingIpRequest, db: Db, context) {
    const { projectId, uuid, labels } = request
    const record = await floatingIpRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, floatingIpRecords, record)
    const assignment = await otherAssignment(request, record, db)
    const reversePtr = otherPointer(request, record)
    const isSo = assignment === null && reversePtr === null
    refuseIfAlready(isSo, `Floating IP '${floatingIpRecords.nameOf(record)}'`, 'as it was asked to be')
    await floatingIpRecords.update(db, uuid, { change: changeOf('being changed', context) })
    return {
      floatingIpUuid: uuid,
      address: record.address,
      network: networkOf(record),
      assignment,
      reversePtr,
      labels: labels.tags === undefined ? {} : { tags: { ...labels.tags } },
    }
  },

  async run({ floatingIpUuid, address, network, assignment, reversePtr }, { step }) {
    if (assignment !== null)
      await step(announceRoute, { floatingIpUuid, id: network, value: assignment.nextHop })
    if (reversePtr !== null)
      await step(setFloatingPointer, { floatingIpUuid, id: address, value: reversePtr })
    return null
  },

  async onEnd({ kind }, { floatingIpUuid, assignment, reversePtr, labels }, db) {
    // What has been deleted meanwhile is written, too: its deletion finds here what leads to it.
    const changes = {
      ...assignment,
      ...(reversePtr !== null && { reversePtr }),
      ...(labels as Partial<FloatingIpRecord>),
    }
    await floatingIpRecords.update(db, floatingIpUuid, {
      ...(kind === 'succeeded' && changes),
      change: null,
    })
  },
})

async function otherAssignment(
  request: ChangeFloatingIpRequest,
  record: FloatingIpRecord,
  db: Db,
): Promise<Assignment | null> {
  const target = await findFloatingIpTarget(db, request.projectId, request, record)
  if (target === undefined) return null
  const { serverUuid, loadBalancerUuid, nextHop } = record
  return isDeepStrictEqual(target, { serverUuid, loadBalancerUuid, nextHop }) ? null : target
}

function otherPointer(
  { reversePtr: wanted }: ChangeFloatingIpRequest,
  { reversePtr: now, prefixLength }: FloatingIpRecord,
): string | null {
  if (wanted === undefined || wanted === now) return null
  if (prefixLength === floatingNetworkLength)
    throw new ValidationException({ reverse_ptr: onlyForOneAddress })
  return wanted
}

/** What was asked for, in words that complete the floating IP's name. */
async function doneBy(
  { uuid, server, loadBalancer, reversePtr, labels }: ChangeFloatingIpRequest,
  db: Db,
): Promise<readonly string[]> {
  const record = await floatingIpRecords.findAny(db, uuid)
  const toServer = server && (await serverRecords.findAny(db, server))
  const toLoadBalancer = loadBalancer && (await loadBalancerRecords.findAny(db, loadBalancer))
  return [
    ...(toServer ? [`has been assigned to server '${toServer.name}'`] : []),
    ...(toLoadBalancer ? [`has been assigned to load balancer '${toLoadBalancer.name}'`] : []),
    ...(reversePtr === undefined ? [] : [`has been given the reverse pointer ${reversePtr}`]),
    ...labelChanges({ ...record }, labels),
  ]
}
