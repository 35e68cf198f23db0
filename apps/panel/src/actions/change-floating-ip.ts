import { ValidationException } from 'evenkeel'
import { z } from 'zod'
import { floatingNetworkLength, networkOf } from '../addressing/floating-pools.ts'
import { requireSettled } from '../records/busy.ts'
import { type FloatingIpRecord, floatingIpRecords } from '../records/floating-ips.ts'
import { type Labels, labelChanges } from '../records/labels.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { aboutFloatingIp } from './about-floating-ip.ts'
import { action, changeOf } from './define.ts'
import { requireFloatingIpTarget } from './floating-ip-target.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { setFloatingPointer } from './steps/floating-pointer.ts'
import { announceRoute } from './steps/route.ts'
import type { Target } from './target.ts'

/** What is to be otherwise with a floating IP. What isn't given stays. */
export interface ChangeFloatingIpRequest extends Target {
  /** The uuid of the server that it is to be assigned to. */
  readonly server: string | undefined
  readonly reversePtr: string | undefined
  /** What is changed along with that, if it can be done. */
  readonly labels: Pick<Labels, 'tags'>
}

/** Why a network of floating addresses has no reverse pointer. */
export const onlyForOneAddress = 'Only a single address can have a reverse pointer, not a network.'

const Assignment = z.object({ serverUuid: z.string(), nextHop: z.string() })
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

/** Assigns a floating IP to another server, and gives it another reverse pointer: all that was asked for is done, or nothing. */
export const changeFloatingIp = action('floating-ip.change', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [announceRoute, setFloatingPointer],

  async about(request: ChangeFloatingIpRequest, db) {
    const done = (await doneBy(request, db)).join(' and ')
    return aboutFloatingIp(request, db, { action: 'floating_ip_update', done })
  },

  // Not that of the server that it leads to now: it must be possible to leave one that is stuck.
  locks: async ({ uuid, server }: ChangeFloatingIpRequest) => [
    `floating-ip:${uuid}`,
    ...(server === undefined ? [] : [`server:${server}`]),
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
    // A server that has been deleted meanwhile is written, too: its deletion finds here what leads to it.
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
  { projectId, server }: ChangeFloatingIpRequest,
  record: FloatingIpRecord,
  db: Db,
): Promise<Assignment | null> {
  if (server === undefined) return null
  const { serverUuid, nextHop } = await requireFloatingIpTarget(db, projectId, server, record)
  const isSo = serverUuid === record.serverUuid && nextHop === record.nextHop
  return isSo ? null : { serverUuid, nextHop }
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
  { uuid, server, reversePtr, labels }: ChangeFloatingIpRequest,
  db: Db,
): Promise<readonly string[]> {
  const record = await floatingIpRecords.findAny(db, uuid)
  const target = server === undefined ? undefined : await serverRecords.findAny(db, server)
  return [
    ...(target === undefined ? [] : [`has been assigned to server '${target.name}'`]),
    ...(reversePtr === undefined ? [] : [`has been given the reverse pointer ${reversePtr}`]),
    ...labelChanges({ ...record }, labels),
  ]
}
