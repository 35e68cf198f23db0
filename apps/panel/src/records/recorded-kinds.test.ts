import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { recordedKinds } from './recorded-kinds.ts'
import type { Db } from './tables.ts'
import { temporaryRecords } from './testing.ts'

const kinds = Object.entries(recordedKinds)
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe('what the records say is at the cloud', () => {
  it.each(kinds)('lists every %s by an index, whatever their number', async (_kind, records) => {
    const { planOf, asked } = await planner()

    await records.list(asked, { after: 'a', limit: 10 })
    await records.find(asked, 'a')

    for (const step of planOf()) expect(step).not.toMatch(/^SCAN (?!json_each|\(subquery)|TEMP B-TREE/)
  })

  it.each(kinds)('finds by what is at work whether a %s is of that, by an index', async (_kind, records) => {
    const { planOf, asked } = await planner()

    await records.isOfAny(asked, 'a', ['b'])

    for (const step of planOf()) expect(step).not.toMatch(/^SCAN (?!json_each)/)
  })
})

/** Tells how SQLite goes about what is asked of `asked`. */
async function planner() {
  const { folder, records, dispose } = await temporaryRecords()
  const database = new DatabaseSync(join(folder, 'panel.db'), { readOnly: true })
  closing.push(dispose, () => database.close())
  const queries: CompiledQuery[] = []
  const asked = new Proxy(records.read, {
    get(db, name) {
      const value = Reflect.get(db, name, db)
      if (name !== 'executeQuery') return typeof value === 'function' ? value.bind(db) : value
      return async (query: CompiledQuery) => {
        queries.push(query)
        return { rows: [] }
      }
    },
  }) as Db
  const planOf = () =>
    queries.flatMap(({ sql, parameters }) =>
      database
        .prepare(`explain query plan ${sql}`)
        .all(...(parameters as string[]))
        .map(row => String(row['detail'])),
    )
  return { planOf, asked }
}
