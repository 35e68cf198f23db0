import { DependencyException } from 'evenkeel'
import { sql } from 'kysely'
import { type FloatingKind, floatingPoolFor } from '../addressing/floating-pools.ts'
import type { FloatingIpRecord } from './floating-ips.ts'
import type { Db } from './tables.ts'

/** Every address of a pool is taken: the provider must add a range. */
export class FloatingPoolExhaustedException extends DependencyException<{ pool: string }> {
  constructor(pool: string, { version, isNetwork, region }: FloatingKind) {
    const what = isNetwork ? 'network of floating IPs' : `floating IPv${version} address`
    const where = region === null ? 'among the global ones' : `in region ${region}`
    const message = `There is no free ${what} left ${where}. Try again later, or ask support.`
    super(message, { data: { pool }, publicMessage: message })
  }
}

/**
 * The lowest free address of a pool. It is taken when its record is written, in the same database transaction.
 *
 * @throws {FloatingPoolExhaustedException} none is left
 */
export async function chooseFloatingAddress(
  db: Db,
  kind: FloatingKind,
): Promise<Pick<FloatingIpRecord, 'address' | 'prefixLength' | 'pool' | 'ordinal'>> {
  const { name, prefixLength, size, addressOf } = floatingPoolFor(kind)
  const ordinal = await lowestFreeOrdinal(db, name)
  if (ordinal >= size) throw new FloatingPoolExhaustedException(name, kind)
  return { address: addressOf(ordinal), prefixLength, pool: name, ordinal }
}

/** Notes which step of its creation gives the address back, if that has not been taken over by its deletion. */
export async function holdFloatingAddress(
  db: Db,
  uuid: string,
  { by, from }: { readonly by: string; readonly from: string },
): Promise<void> {
  await db
    .updateTable('floatingIps')
    .set({ heldBy: by })
    .where('uuid', '=', uuid)
    .where('heldBy', '=', from)
    .execute()
}

/** Frees the address for others, if it is still for this one to do so: null stands for its deletion. */
export async function releaseFloatingAddress(db: Db, uuid: string, heldBy: string | null): Promise<void> {
  await db
    .updateTable('floatingIps')
    .set({ isReleased: 1 })
    .where('uuid', '=', uuid)
    .where('heldBy', 'is', heldBy)
    .execute()
}

/** One query that stops at the first gap: a pool may have given away thousands. */
async function lowestFreeOrdinal(db: Db, pool: string): Promise<number> {
  const taken = (ordinal: ReturnType<typeof sql>) =>
    sql`select 1 from floating_ips as other where other.pool = ${pool} and other.ordinal = ${ordinal} and other.is_released = 0`
  const { rows } = await sql<{ ordinal: number }>`
    select 0 as ordinal where not exists (${taken(sql`0`)})
    union all
    select * from (
      select ordinal + 1 as ordinal from floating_ips
      where pool = ${pool} and is_released = 0 and not exists (${taken(sql`floating_ips.ordinal + 1`)})
      order by floating_ips.ordinal limit 1
    )
    limit 1`.execute(db)
  return rows[0]?.ordinal ?? 0
}
