import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { floatingIpsOfLoadBalancer } from '../records/floating-ips.ts'
import { listenerRecords } from '../records/load-balancer-listeners.ts'
import { memberRecords } from '../records/load-balancer-members.ts'
import { monitorRecords } from '../records/load-balancer-monitors.ts'
import type { LoadBalancerPartRecord } from '../records/load-balancer-parts.ts'
import { poolRecords } from '../records/load-balancer-pools.ts'
import { loadBalancerRecords } from '../records/load-balancers.ts'
import type { Owned } from '../records/owned.ts'
import type { Db } from '../records/tables.ts'
import { action } from './define.ts'
import {
  giveBackVipAddresses,
  removeLoadBalancerOf,
  removePortsOfLoadBalancer,
} from './steps/load-balancer.ts'
import { withdrawRoutesToLoadBalancer } from './steps/route.ts'
import type { Target } from './target.ts'

/** What goes with a load balancer. */
const partsOfLoadBalancer: readonly Owned<LoadBalancerPartRecord>[] = [
  listenerRecords,
  memberRecords,
  monitorRecords,
  poolRecords,
]

/**
 * Deletes a load balancer with all that it is put together from, and its addresses. Its floating IPs stay, and lead nowhere.
 * Admitted at once, and past its pivot as soon as it holds the load balancer.
 */
export const deleteLoadBalancer = action('load-balancer.delete', {
  version: 1,
  input: z.object({ loadBalancerUuid: z.string() }),
  output: z.null(),
  steps: [
    removeLoadBalancerOf,
    withdrawRoutesToLoadBalancer,
    removePortsOfLoadBalancer,
    giveBackVipAddresses,
  ],
  queue: 'after-admission',
  cancels: [loadBalancerRecords, ...partsOfLoadBalancer].map(({ kind }) => `${kind}.create`),

  async about({ projectId, uuid }, db) {
    const name = (await loadBalancerRecords.findAny(db, uuid))?.name ?? uuid
    const log = { action: 'load_balancer_delete', message: `Load balancer '${name}' has been deleted` }
    return { projectId, kind: loadBalancerRecords.kind, uuid, name, log }
  },

  locks: async ({ uuid }: Target, db: Db) => [
    `load-balancer:${uuid}`,
    ...(await floatingIpsOfLoadBalancer(db, uuid)).map(floatingIp => `floating-ip:${floatingIp.uuid}`),
  ],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    await loadBalancerRecords.require(db, projectId, uuid, nowMs)
    const deletedAt = newCreatedAt(nowMs)
    for (const parts of partsOfLoadBalancer) {
      for (const part of await parts.listWhere(db, 'loadBalancerUuid', uuid)) {
        await parts.markDeleted(db, part.uuid, deletedAt)
      }
    }
    await loadBalancerRecords.markDeleted(db, uuid, deletedAt)
    return { loadBalancerUuid: uuid }
  },

  removes: ({ loadBalancerUuid }) => [`load-balancer:${loadBalancerUuid}`],

  run: ({ loadBalancerUuid }, { step }) =>
    step.pivot('deletion', [
      [removeLoadBalancerOf, { loadBalancerUuid }],
      [withdrawRoutesToLoadBalancer, { loadBalancerUuid }],
      [removePortsOfLoadBalancer, { loadBalancerUuid }],
      [giveBackVipAddresses, { loadBalancerUuid }],
    ]),

  onEnd: (_end, { loadBalancerUuid }, db) =>
    loadBalancerRecords.update(db, loadBalancerUuid, { change: null }),
})
