import type { Db } from './tables.ts'

/** A fact about the database itself: which journal belongs to it, which key its secrets were encrypted with. */
export type MetaKey = 'journal' | 'key-check'

export async function findMeta(db: Db, key: MetaKey): Promise<string | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

/** Writes a fact that was unknown so far, once. */
export async function insertMeta(db: Db, key: MetaKey, value: string): Promise<void> {
  await db.insertInto('meta').values({ key, value }).execute()
}
