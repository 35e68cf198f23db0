import type { Insertable, Kysely } from 'kysely'
import { type Places, prepared } from './prepared.ts'
import type { Db, Tables } from './tables.ts'

/** What writes a row into a table. */
export function inserting<Name extends keyof Tables>(
  table: Name,
): (db: Db, row: Insertable<Tables[Name]>) => Promise<void> {
  // Which columns it has is said by the type above, and not to Kysely. Those that are given tell the queries apart.
  const into = table as 'any'
  const insert = prepared((db: AnyDb, places: Places<AnyRow>, columns) =>
    db.insertInto(into).values(Object.fromEntries(columns.split(',').map(name => [name, places[name]]))),
  )
  return async (db, row) => {
    await insert(db as unknown as AnyDb, row, Object.keys(row).join())
  }
}

type AnyRow = { readonly [column: string]: unknown }
type AnyDb = Kysely<{ any: AnyRow }>
