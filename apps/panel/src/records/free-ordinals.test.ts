import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { lowestFreeOrdinal } from './free-ordinals.ts'
import { firstTables } from './migrations/0001-first-tables.ts'
import { idempotentStarts } from './migrations/0002-idempotent-starts.ts'
import { networksAndWhatFollows } from './migrations/0003-networks-and-what-follows.ts'
import type { Db } from './tables.ts'
import { temporaryRecords } from './testing.ts'

type Pool = readonly [zone: string, version: 4 | 6]
const pools: readonly Pool[] = [
  ['rma1', 4],
  ['rma1', 6],
  ['lpg1', 4],
]

describe('the lowest free ordinal of a pool', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  it('is what a search from the beginning finds, whatever was given and given back before', async () => {
    const step = fc.record({
      pool: fc.constantFrom(...pools),
      // Among the ordinals that are taken; with none there, nothing is freed.
      freed: fc.option(fc.nat(30)),
    })

    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const taken = new Map<Pool, Set<number>>(pools.map(pool => [pool, new Set()]))
        await undone(async trx => {
          for (const { pool, freed } of steps) {
            const ordinals = taken.get(pool) ?? new Set()
            if (freed === null) {
              const ordinal = await lowestFreeOrdinal(trx, ...pool)
              expect(ordinal).toBe(lowestNotIn(ordinals))
              await take(trx, pool, ordinal)
              ordinals.add(ordinal)
            } else {
              await free(trx, pool, freed)
              ordinals.delete(freed)
            }
          }
        })
      }),
      { numRuns: 100 },
    )
  })

  /** Runs it in a database transaction of which nothing remains. */
  async function undone(work: (trx: Db) => Promise<void>): Promise<void> {
    const end = new Error('enough')
    await records
      .transaction(async trx => {
        await work(trx)
        throw end
      })
      .catch(thrown => {
        if (thrown !== end) throw thrown
      })
  }
})

describe('addresses of a release that kept no freed ordinals', () => {
  it.each([
    [[], []],
    [[0, 1, 2], []],
    [[4], [0, 1, 2, 3]],
    [
      [0, 2, 5],
      [1, 3, 4],
    ],
  ])('%j leave %j free between them', (taken, free) => {
    using database = new DatabaseSync(':memory:')
    database.exec(firstTables + idempotentStarts)
    const insert = database.prepare(
      "insert into addresses values (?, 4, 'rma1', '', ?, 'held', null, null, '')",
    )
    for (const ordinal of taken) insert.run(`address ${ordinal}`, ordinal)

    database.exec(networksAndWhatFollows)

    const rows = database.prepare('select ordinal from freed_ordinals order by ordinal').all()
    expect(rows.map(row => row['ordinal'])).toEqual(free)
  })
})

function lowestNotIn(ordinals: ReadonlySet<number>): number {
  let ordinal = 0
  while (ordinals.has(ordinal)) ordinal++
  return ordinal
}

async function take(trx: Db, [zone, version]: Pool, ordinal: number): Promise<void> {
  const address = `${zone} ${version} ${ordinal}`
  const none = { prefix: '', serverUuid: null, actionKey: null, reversePtr: '' }
  await trx
    .insertInto('addresses')
    .values({ address, version, zone, ordinal, state: 'chosen', ...none })
    .execute()
}

async function free(trx: Db, [zone, version]: Pool, ordinal: number): Promise<void> {
  await trx.deleteFrom('addresses').where('address', '=', `${zone} ${version} ${ordinal}`).execute()
}
