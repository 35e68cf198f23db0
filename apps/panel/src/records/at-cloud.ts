import { type SelectQueryBuilder, sql } from 'kysely'
import type { ListPage } from '../cloud/cloud.ts'
import { type Places, prepared } from './prepared.ts'
import type { Db } from './tables.ts'

/** Something that the live records say is at the cloud. */
export interface AtCloud {
  /** What the cloud calls it. */
  readonly id: string
  readonly uuid: string
  readonly projectId: string
  /** What its owner knows it by. */
  readonly name: string
}

/** What the records say is at the cloud, of one kind. */
export interface RecordsAtCloud<Row extends AtCloud> {
  /** Of all projects, in ascending order of what the cloud calls them. */
  list(db: Db, page: ListPage): Promise<readonly Row[]>
  find(db: Db, id: string): Promise<Row | undefined>
  /** Whether it is, or was, of one of these: by uuid, of what is deleted, too. */
  isOfAny(db: Db, id: string, uuids: readonly string[]): Promise<boolean>
}

// biome-ignore lint/suspicious/noExplicitAny: which tables a query is over is no matter of whoever reads its rows.
type Query<Row> = (db: Db) => SelectQueryBuilder<any, any, Row>

export interface AtCloudOptions<Columns, Row> {
  /** Those that are live. */
  readonly live: Query<Columns>
  /** What the cloud calls something, beside each that it is of: itself, and what it goes along with. */
  readonly everOf: Query<{ id: string | null; of: string | null }>
  readonly present: (columns: Columns) => Row
}

export function recordsAtCloud<Columns extends { id: string | null }, Row extends AtCloud>({
  live,
  everOf,
  present,
}: AtCloudOptions<Columns, Row>): RecordsAtCloud<Row> {
  // SQLite looks through such a table, and finds the index of the live ones (`recorded-kinds.test.ts`).
  const rows = (db: Db) =>
    db.selectFrom((live(db) as SelectQueryBuilder<never, never, { id: string }>).as('row')).selectAll()
  const page = prepared((db: Db, { after, limit }: Places<{ after: string; limit: number }>) =>
    rows(db).where('row.id', '>', after).orderBy('row.id').limit(limit),
  )
  const withId = prepared((db: Db, { id }: Places<{ id: string }>) => rows(db).where('row.id', '=', id))
  const ofAny = prepared((db: Db, { id, uuids }: Places<{ id: string; uuids: string }>) =>
    db
      .selectFrom(everOf(db).as('row'))
      .select('row.id')
      .where('row.of', 'in', sql<string>`(select value from json_each(${uuids}))`)
      .where('row.id', '=', id)
      .limit(1),
  )
  const presented = (found: readonly object[]) => found.map(row => present(row as Columns))
  return {
    list: async (db, { after = '', limit }) => presented(await page(db, { after, limit })),
    find: async (db, id) => presented(await withId(db, { id }))[0],
    isOfAny: async (db, id, uuids) =>
      uuids.length > 0 && (await ofAny(db, { id, uuids: JSON.stringify(uuids) })).length > 0,
  }
}

/** Of which nothing is compared but that it is there. */
export function plainAtCloud(
  table: 'serverGroups' | 'routers' | 'customImages' | 'loadBalancers',
  column: 'cloudGroupId' | 'cloudRouterId' | 'cloudImageId' | 'cloudLoadBalancerId',
): RecordsAtCloud<AtCloud> {
  // One of them, of which all four have these columns: which is said to Kysely is no matter.
  const from = table as 'routers'
  const id = `${column as 'cloudRouterId'} as id` as const
  return recordsAtCloud({
    live: db => db.selectFrom(from).select([id, 'uuid', 'projectId', 'name']).where('deletedAt', 'is', null),
    everOf: db => db.selectFrom(from).select([id, 'uuid as of']),
    present: (row): AtCloud => known(row),
  })
}

/** A row that was found by what the cloud calls it. */
export function known<Row extends { id: string | null; projectId: string | null }>({
  id,
  projectId,
  ...row
}: Row) {
  if (id === null || projectId === null)
    throw new TypeError('a record at the cloud has no id there, or no project')
  return { ...row, id, projectId }
}
