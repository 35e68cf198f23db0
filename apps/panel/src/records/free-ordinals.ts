import type { Db } from './tables.ts'

/**
 * The lowest ordinal of a zone's pool that no address has. What it takes to find it does not grow with the pool: those
 * that were given back are kept by triggers, and below the highest nothing else is free.
 */
export async function lowestFreeOrdinal(db: Db, zone: string, version: 4 | 6): Promise<number> {
  const freed = await db
    .selectFrom('freedOrdinals')
    .select('ordinal')
    .where('zone', '=', zone)
    .where('version', '=', version)
    .orderBy('ordinal')
    .limit(1)
    .executeTakeFirst()
  if (freed !== undefined) return freed.ordinal

  const highest = await db
    .selectFrom('addresses')
    .select('ordinal')
    .where('zone', '=', zone)
    .where('version', '=', version)
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst()
  return highest === undefined ? 0 : highest.ordinal + 1
}
