import type { Row } from './panel-world.ts'

/** A database that is open, and stays so. */
export interface Rewindable {
  run(sql: string, ...values: string[]): void
  all(sql: string): readonly Row[]
  transaction(work: () => void): void
}

/**
 * Lets a database go back to an image of it as often as is wanted. Its connections and what they have prepared stay as they
 * are, which together take far longer to make than this copy of a few rows.
 *
 * @param imageFile what the database was copied from
 * @returns makes the database what the image is
 */
export function rewinding(database: Rewindable, imageFile: string): () => void {
  database.run('attach ? as image', imageFile)
  // Last, what SQLite itself notes while others are filled.
  const tables = database
    .all("select name from image.sqlite_schema where type = 'table' order by name = 'sqlite_sequence', rowid")
    .map(({ name }) => String(name))
  const filled = tables.filter(table => database.all(`select 1 from image.${table} limit 1`).length > 0)
  const empty = (table: string) => database.run(`delete from main.${table}`)
  return () => {
    // Rows are gone and not yet back that others refer to.
    database.run('pragma foreign_keys = off')
    database.transaction(() => {
      tables.forEach(empty)
      for (const table of filled) {
        empty(table) // of what triggers have put there since
        database.run(`insert into main.${table} select * from image.${table}`)
      }
    })
    database.run('pragma foreign_keys = on')
  }
}
