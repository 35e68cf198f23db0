import { ConflictException, NotFoundException } from 'evenkeel'
import type { CloudPool } from '../cloud/load-balancers.ts'
import { type BlockingObject, listOf } from './blocking.ts'
import type { LoadBalancerPartRecord } from './load-balancer-parts.ts'
import { owned } from './owned.ts'
import type { Db } from './tables.ts'

/** Where a load balancer hands connections on to. */
export interface PoolRecord extends LoadBalancerPartRecord {
  readonly name: string
  readonly algorithm: CloudPool['algorithm']
  readonly protocol: CloudPool['protocol']
}

/** No such pool in the caller's project. For a day after a failed creation its message says why that failed. */
export class PoolNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

/** A pool can't be deleted while listeners hand their connections to it. */
export class PoolInUseException extends ConflictException<{ uuid: string; listeners: readonly string[] }> {
  constructor({ uuid, name }: PoolRecord, listeners: readonly BlockingObject[]) {
    super(`Pool '${name}' is used by ${listOf(listeners)}. Delete what uses it first.`, {
      data: { uuid, listeners: listeners.map(listener => listener.uuid) },
    })
  }
}

export const poolRecords = owned<PoolRecord>({
  table: 'loadBalancerPools',
  kind: 'load-balancer-pool',
  label: 'Pool',
  notFound: (uuid, detail) => new PoolNotFoundException(uuid, detail),
})

/** What pools are called, by uuid, of those that are there. */
export async function poolNames(
  db: Db,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, { readonly uuid: string; readonly name: string }>> {
  if (uuids.length === 0) return new Map()
  const found = await db
    .selectFrom('loadBalancerPools')
    .select(['uuid', 'name'])
    .where('uuid', 'in', uuids)
    .where('deletedAt', 'is', null)
    .execute()
  return new Map(found.map(pool => [pool.uuid, pool]))
}
