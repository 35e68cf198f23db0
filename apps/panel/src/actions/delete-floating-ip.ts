import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { floatingIpRecords } from '../records/floating-ips.ts'
import type { Db } from '../records/tables.ts'
import { aboutFloatingIp } from './about-floating-ip.ts'
import { action } from './define.ts'
import { releaseFloatingAddressOf } from './steps/floating-address.ts'
import { removeFloatingPointerOf } from './steps/floating-pointer.ts'
import { withdrawRouteOf } from './steps/route.ts'
import type { Target } from './target.ts'

/**
 * Takes a floating IP from its project and its server. Admitted at once; its address is given to others when nothing is left
 * that may still use it, which is from here on for the deletion to say, also if a creation is being called off.
 */
export const deleteFloatingIp = action('floating-ip.delete', {
  version: 1,
  input: z.object({ floatingIpUuid: z.string() }),
  output: z.null(),
  steps: [withdrawRouteOf, removeFloatingPointerOf, releaseFloatingAddressOf],
  queue: 'after-admission',
  cancels: ['floating-ip.create'],
  about: (target, db) =>
    aboutFloatingIp(target, db, { action: 'floating_ip_delete', done: 'has been deleted' }),
  locks: async ({ uuid }: Target) => [`floating-ip:${uuid}`],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    await floatingIpRecords.require(db, projectId, uuid, nowMs)
    await floatingIpRecords.markDeleted(db, uuid, newCreatedAt(nowMs))
    await floatingIpRecords.update(db, uuid, { heldBy: null })
    return { floatingIpUuid: uuid }
  },

  run: ({ floatingIpUuid }, { step }) =>
    step.pivot('deletion', [
      [withdrawRouteOf, { floatingIpUuid }],
      [removeFloatingPointerOf, { floatingIpUuid }],
      [releaseFloatingAddressOf, { floatingIpUuid }],
    ]),

  onEnd: async () => {},
})
