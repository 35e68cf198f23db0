import { requireSettled } from '../records/busy.ts'
import { cloudPartIdOf } from '../records/load-balancer-parts.ts'
import { type PoolRecord, poolRecords } from '../records/load-balancer-pools.ts'
import { type LoadBalancerRecord, loadBalancerRecords } from '../records/load-balancers.ts'
import { requireReference } from '../records/reference.ts'
import type { Db } from '../records/tables.ts'

/** A pool that a part of its load balancer is to be of. */
export interface FoundPool {
  readonly pool: PoolRecord
  readonly poolId: string
  readonly loadBalancer: LoadBalancerRecord
}

/**
 * The pool that a field names, whose load balancer is held.
 *
 * @throws {ValidationException} the project has no such pool
 * @throws {ObjectBusyException} something runs on it
 */
export async function requirePool(
  db: Db,
  { projectId, poolUuid }: { readonly projectId: string; readonly poolUuid: string },
): Promise<FoundPool> {
  const pool = await requireReference(db, poolRecords, projectId, poolUuid, 'pool')
  await requireSettled(db, poolRecords, pool)
  const loadBalancer = await loadBalancerRecords.findAny(db, pool.loadBalancerUuid)
  if (loadBalancer === undefined) throw new TypeError(`pool ${poolUuid} is of no load balancer`)
  return { pool, poolId: cloudPartIdOf(poolRecords, pool), loadBalancer }
}

/** The uuid of a pool's load balancer. */
export async function loadBalancerOfPool(
  { poolUuid }: { readonly poolUuid: string },
  db: Db,
): Promise<string | undefined> {
  return (await poolRecords.findAny(db, poolUuid))?.loadBalancerUuid
}
