import { listenerRecords } from '../records/load-balancer-listeners.ts'
import { memberRecords } from '../records/load-balancer-members.ts'
import { monitorRecords } from '../records/load-balancer-monitors.ts'
import type { LoadBalancerPartRecord } from '../records/load-balancer-parts.ts'
import { PoolInUseException, type PoolRecord, poolRecords } from '../records/load-balancer-pools.ts'
import { loadBalancerRecords } from '../records/load-balancers.ts'
import type { Owned } from '../records/owned.ts'
import { requireReference } from '../records/reference.ts'
import { partCreation, partDeletion } from './load-balancer-part.ts'
import { makePart, removePartOf } from './steps/load-balancer-part.ts'

/** What goes with a pool. */
const partsOfPool: readonly Owned<LoadBalancerPartRecord & { readonly poolUuid: string }>[] = [
  memberRecords,
  monitorRecords,
]

/** A pool to create. */
export type CreatePoolRequest = Pick<
  PoolRecord,
  'uuid' | 'projectId' | 'loadBalancerUuid' | 'name' | 'algorithm' | 'protocol' | 'tags' | 'createdAt'
>

export const createPool = partCreation<CreatePoolRequest, PoolRecord>({
  records: poolRecords,
  make: makePart('pool'),
  loadBalancerOf: async ({ loadBalancerUuid }) => loadBalancerUuid,
  async plan(request, db) {
    const { projectId, loadBalancerUuid, algorithm, protocol } = request
    const loadBalancer = await requireReference(
      db,
      loadBalancerRecords,
      projectId,
      loadBalancerUuid,
      'load_balancer',
    )
    return { loadBalancer, record: request, part: { kind: 'pool', algorithm, protocol } }
  },
})

/** With its members and its health monitor. */
export const deletePool = partDeletion({
  records: poolRecords,
  remove: removePartOf('pool', poolRecords),
  async admit(pool, db, deletedAt) {
    const listeners = await listenerRecords.listWhere(db, 'poolUuid', pool.uuid)
    if (listeners.length > 0) {
      throw new PoolInUseException(
        pool,
        listeners.map(({ uuid, name }) => ({ kind: 'listener', uuid, name })),
      )
    }
    for (const parts of partsOfPool) {
      for (const { uuid } of await parts.listWhere(db, 'poolUuid', pool.uuid)) {
        await parts.markDeleted(db, uuid, deletedAt)
      }
    }
  },
})
