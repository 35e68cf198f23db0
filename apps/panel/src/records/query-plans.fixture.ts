import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery } from 'kysely'
import type { Db } from './tables.ts'
import { temporaryRecords } from './testing.ts'

export interface Planner extends AsyncDisposable {
  /** Finds nothing, whatever it is asked. */
  readonly asked: Db
  /** How SQLite goes about what has been asked. */
  steps(): readonly string[]
}

/** Tells whether what records are asked is found by an index, whatever their number. */
export async function planner(): Promise<Planner> {
  const { folder, records, dispose } = await temporaryRecords()
  const database = new DatabaseSync(join(folder, 'panel.db'), { readOnly: true })
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
  return {
    asked,
    steps: () =>
      queries.flatMap(({ sql, parameters }) =>
        database
          .prepare(`explain query plan ${sql}`)
          .all(...(parameters as string[]))
          .map(row => String(row['detail'])),
      ),
    async [Symbol.asyncDispose]() {
      database.close()
      await dispose()
    },
  }
}
