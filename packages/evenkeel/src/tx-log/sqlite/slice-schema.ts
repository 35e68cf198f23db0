import type { DatabaseSync } from 'node:sqlite'

export const schemaVersion = 2

// Ids are ordered by time, so that rows come in at the end of the table: ten times as fast as at random places.
// Every further index costs a good part of that: while a slice is written it has but one, of those rows that ended
// with an exception; the others come when it is sealed.
const tables = `
  create table tx (
    id text primary key,
    parent_id text,
    operation int not null,
    -- Null when it is the time in the id, to the millisecond.
    started_at_ms real,
    duration_us int not null,
    status any not null,
    outcome int,
    principal int,
    resource text,
    block int,
    place int
  ) strict, without rowid;
  create index tx_by_outcome on tx (outcome, id, started_at_ms) where outcome is not null;
  create table operation (id integer primary key, kind text, name text, unique (kind, name)) strict;
  create table outcome (id integer primary key, exception text, category text, unique (exception, category)) strict;
  create table principal (id integer primary key, name text unique) strict;
  -- Causes, calls and fields of several rows, compressed.
  create table block (id integer primary key, lines blob) strict;
`

// By how much the times in the ids differ from when their transactions started: usually by nothing, but an
// action that was resumed has an old id. It makes a range of time a range of ids.
const skew = `
  create table skew (min_ms real not null, max_ms real not null) strict;
  insert into skew values (0, 0);
`

/**
 * The indexes of a sealed slice, in the order in which they are built: the last one says that all are there. A
 * principal's rows are spread over the whole table, so that the index holds all of them but their details; slices of
 * older releases have a shorter one.
 */
export const sealedIndexes = {
  tx_by_operation: 'create index if not exists tx_by_operation on tx (operation)',
  tx_by_principal: `
    create index if not exists tx_by_principal
    on tx (principal, id, parent_id, operation, started_at_ms, duration_us, status, outcome, resource, block, place)
    where principal is not null
  `,
  tx_by_resource: 'create index if not exists tx_by_resource on tx (resource) where resource is not null',
} as const

/**
 * Brings the tables to the present schema, within a database transaction. Rows of the first one are left in `tx_1`.
 *
 * @throws {Error} they are of a newer release
 */
export function migrate(database: DatabaseSync, path: string): void {
  const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number }
  if (version === schemaVersion) return
  if (version > schemaVersion) {
    throw new Error(
      `${path} was written by a newer release, with schema ${version}; this one knows ${schemaVersion}. ` +
        'Start the newer release, or move the file away.',
    )
  }
  if (version === 0) database.exec(skew)
  else {
    database.exec('drop index tx_by_exception; drop index tx_by_resource; alter table tx rename to tx_1')
  }
  database.exec(tables)
  database.exec(`pragma user_version = ${schemaVersion}`)
}

/** The rows that a slice of the first schema left, which the caller writes anew: they are removed with the last one. */
export function* rowsOfFirstSchema(database: DatabaseSync): Generator<FirstSchemaRow> {
  const has = database.prepare("select 1 from sqlite_schema where name = 'tx_1'").get()
  if (has === undefined) return
  yield* database.prepare('select * from tx_1').iterate() as unknown as Iterable<FirstSchemaRow>
  database.exec('drop table tx_1')
}

export interface FirstSchemaRow {
  readonly id: string
  readonly parent_id: string | null
  readonly kind: string
  readonly operation: string
  readonly started_at_ms: number
  readonly duration_ms: number
  readonly status: number
  readonly exception: string | null
  readonly category: string | null
  readonly principal: string | null
  readonly resource: string | null
  readonly causes: string | null
  readonly calls: string | null
  readonly fields: string | null
}
