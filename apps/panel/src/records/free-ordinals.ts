import { type Places, prepared } from './prepared.ts'
import type { Db, FreedOrdinalsTable } from './tables.ts'

/**
 * The lowest ordinal of a zone's pool that no address has. What it takes to find it does not grow with the pool: those
 * that were given back are kept by triggers, and below the highest nothing else is free.
 */
export async function lowestFreeOrdinal(db: Db, zone: string, version: 4 | 6): Promise<number> {
  const [freed] = await lowestFreed(db, { zone, version })
  if (freed !== undefined) return freed.ordinal
  const [highest] = await highestTaken(db, { zone, version })
  return highest === undefined ? 0 : highest.ordinal + 1
}

type Pool = Pick<FreedOrdinalsTable, 'zone' | 'version'>

const lowestFreed = prepared((db: Db, { zone, version }: Places<Pool>) =>
  db
    .selectFrom('freedOrdinals')
    .select('ordinal')
    .where('zone', '=', zone)
    .where('version', '=', version)
    .orderBy('ordinal')
    .limit(1),
)

const highestTaken = prepared((db: Db, { zone, version }: Places<Pool>) =>
  db
    .selectFrom('addresses')
    .select('ordinal')
    .where('zone', '=', zone)
    .where('version', '=', version)
    .orderBy('ordinal', 'desc')
    .limit(1),
)
