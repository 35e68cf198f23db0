import { z } from 'zod'
import { networkOf } from '../addressing/floating-pools.ts'
import { floatingIpRecords, nextHopNow, reversePtrNow } from '../records/floating-ips.ts'
import { step } from './define.ts'
import { repair } from './reconcile.ts'
import { setFloatingPointer } from './steps/floating-pointer.ts'
import { announceRoute } from './steps/route.ts'

const inspectFloatingIp = step('floating-ip.inspection', {
  idempotent: true,
  input: z.object({ network: z.string(), address: z.string() }),
  /** Null for what isn't there. */
  output: z.object({ nextHop: z.string().nullable(), hostname: z.string().nullable() }),
  async do({ network, address }, { world: { cloud }, signal }) {
    const route = await cloud.routes.getRoute(network, signal)
    const pointer = await cloud.dns.getPointer(address, signal)
    return { nextHop: route?.nextHop ?? null, hostname: pointer?.name ?? null }
  },
  undo: 'nothing',
})

/** Leads a floating IP where its record says, and lets it point back to the name that its record has. What is too much is an orphan. */
export const repairFloatingIp = repair('floating-ip.repair', {
  records: floatingIpRecords,
  shownOn: ({ uuid }) => uuid,
  input: z.object({
    uuid: z.string(),
    network: z.string(),
    address: z.string(),
    nextHop: z.string().nullable(),
    hostname: z.string().nullable(),
  }),
  steps: [inspectFloatingIp, announceRoute, setFloatingPointer],
  async plan(floatingIp, _request, db) {
    const { uuid, address } = floatingIp
    const nextHop = await nextHopNow(db, floatingIp)
    return {
      uuid,
      network: networkOf(floatingIp),
      address,
      nextHop,
      hostname: reversePtrNow(floatingIp),
    }
  },
  async run({ uuid: floatingIpUuid, network, address, nextHop, hostname }, { step }) {
    const seen = await step(inspectFloatingIp, { network, address })
    if (nextHop !== null && nextHop !== seen.nextHop)
      await step(announceRoute, { floatingIpUuid, id: network, value: nextHop })
    if (hostname !== null && hostname !== seen.hostname)
      await step(setFloatingPointer, { floatingIpUuid, id: address, value: hostname })
  },
})
