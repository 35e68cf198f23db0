import { z } from 'zod'
import { networkOf } from '../addressing/floating-pools.ts'
import { reversePointerFor } from '../addressing/reverse-pointer.ts'
import { chooseFloatingAddress, releaseFloatingAddress } from '../records/floating-addresses.ts'
import { floatingIpRecords } from '../records/floating-ips.ts'
import { checkQuota } from '../records/quota.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { aboutFloatingIp } from './about-floating-ip.ts'
import { action, changeOf } from './define.ts'
import { findFloatingIpTarget, locksOfTarget, type WantedFloatingIpTarget } from './floating-ip-target.ts'
import { holdFloatingAddressOf } from './steps/floating-address.ts'
import { setFloatingPointer } from './steps/floating-pointer.ts'
import { announceRoute } from './steps/route.ts'

/** A floating IP to create, with everything that was left open decided, but for the address. */
export interface CreateFloatingIpRequest extends WantedFloatingIpTarget {
  readonly uuid: string
  readonly projectId: string
  readonly version: 4 | 6
  /** Whether it is a network of many addresses, which have no reverse pointers. */
  readonly isNetwork: boolean
  /** Null for a global one. */
  readonly region: string | null
  /** Undefined for one made from the address. */
  readonly reversePtr: string | undefined
  readonly tags: Tags
  /** With microseconds and `Z`. */
  readonly createdAt: string
}

const Input = z.object({
  floatingIpUuid: z.string(),
  address: z.string(),
  network: z.string(),
  nextHop: z.string().nullable(),
  reversePtr: z.string().nullable(),
})
type Input = z.output<typeof Input>

/** Gives a project a floating IP, which may lead to a server or a load balancer at once; or undoes all of it and leaves the reason. */
export const createFloatingIp = action('floating-ip.create', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [holdFloatingAddressOf, setFloatingPointer, announceRoute],

  creates: floatingIpRecords,
  about: (request: CreateFloatingIpRequest, db) =>
    aboutFloatingIp(request, db, { action: 'floating_ip_create', done: 'has been created' }),

  locks: async (request: CreateFloatingIpRequest) => [
    `floating-ip:${request.uuid}`,
    ...locksOfTarget(request),
  ],

  async admit(request: CreateFloatingIpRequest, db: Db, context): Promise<Input> {
    const { uuid, projectId, version, isNetwork, region, tags, createdAt } = request
    await checkQuota(db, projectId, { floatingIps: 1 })
    const target = await findFloatingIpTarget(db, projectId, request, request)
    const chosen = await chooseFloatingAddress(db, { version, isNetwork, region })
    const { address } = chosen
    const nextHop = target?.nextHop ?? null
    const reversePtr = isNetwork ? null : (request.reversePtr ?? reversePointerFor(address, ''))
    await floatingIpRecords.insert(db, {
      ...chosen,
      uuid,
      projectId,
      version,
      type: region === null ? 'global' : 'regional',
      region,
      serverUuid: target?.serverUuid ?? null,
      loadBalancerUuid: target?.loadBalancerUuid ?? null,
      nextHop,
      reversePtr,
      heldBy: context.actionId,
      isReleased: false,
      tags,
      createdAt,
      deletedAt: null,
      change: changeOf('being created', context),
    })
    return { floatingIpUuid: uuid, address, network: networkOf(chosen), nextHop, reversePtr }
  },

  async run({ floatingIpUuid, address, network, nextHop, reversePtr }, { step }) {
    await step(holdFloatingAddressOf, { floatingIpUuid })
    if (reversePtr !== null)
      await step(setFloatingPointer, { floatingIpUuid, id: address, value: reversePtr })
    if (nextHop !== null) await step(announceRoute, { floatingIpUuid, id: network, value: nextHop })
    return null
  },

  async onEnd({ kind, actionId }, { floatingIpUuid }, db) {
    if (kind === 'succeeded')
      await floatingIpRecords.update(db, floatingIpUuid, { heldBy: null, change: null })
    // Called off before anything was done with it.
    else await releaseFloatingAddress(db, floatingIpUuid, actionId)
  },
})
