import type { NotFoundException } from 'evenkeel'
import { type Kysely, type Selectable, sql } from 'kysely'
import { findGone } from './gone.ts'
import { inserting } from './inserting.ts'
import { type Places, prepared } from './prepared.ts'
import type { Db, OwnedTable, Tables } from './tables.ts'
import { conditionsOf, isEmpty, type ListFilter, type Tags } from './tags.ts'

/** What is under way on an object. */
export interface Change {
  /** In words that complete "it is": `being created`. */
  readonly what: string
  readonly actionId: string
  readonly since: string
}

/** What everything that belongs to a project has. */
export interface OwnedRecord {
  readonly uuid: string
  readonly projectId: string
  readonly tags: Tags
  readonly createdAt: string
  /** From here on it is gone for its owner. */
  readonly deletedAt: string | null
  readonly change: Change | null
}

/** The records of one kind of what projects own. Each function reads or writes where `db` does. */
export interface Owned<R extends OwnedRecord> {
  /** In one word, as in locks and hrefs: `volume-snapshot`. */
  readonly kind: string
  /** As sentences begin with it: `Volume snapshot`. */
  readonly label: string
  /** What its owner knows it by: its name, where it has one. */
  nameOf(record: R): string
  insert(db: Db, ...records: readonly R[]): Promise<void>
  /** The project's live one with this uuid. Nobody ever finds another project's. */
  find(db: Db, projectId: string, uuid: string): Promise<R | undefined>
  /**
   * The same.
   *
   * @throws {NotFoundException} the kind's own: there is none; says why its creation failed, if it did within the last day
   */
  require(db: Db, projectId: string, uuid: string, nowMs: number): Promise<R>
  /** The one with this uuid, deleted or not, whosever it is: for actions, which know what they work on. */
  findAny(db: Db, uuid: string): Promise<R | undefined>
  /** The project's live ones, oldest first. */
  list(db: Db, projectId: string, filter?: ListFilter): Promise<readonly R[]>
  /** The live ones with this value in a column, oldest first. */
  listWhere<Column extends keyof R & string>(db: Db, column: Column, value: R[Column]): Promise<readonly R[]>
  /** How many live ones the project has. */
  count(db: Db, projectId: string): Promise<number>
  update(db: Db, uuid: string, changes: Partial<R>): Promise<void>
  /** From here on it is gone for its owner. One that is deleted already keeps its time. */
  markDeleted(db: Db, uuid: string, deletedAt: string): Promise<void>
}

/** The tables of what projects own. */
export type OwnedTableName = {
  [Name in keyof Tables]: Tables[Name] extends OwnedTable ? Name : never
}[keyof Tables]

export interface OwnedOptions<R> {
  readonly table: OwnedTableName
  readonly kind: string
  readonly label: string
  /** What those without a name are known by. @default the name */
  readonly nameOf?: (record: R) => string
  /** The fields that are kept as JSON, besides the tags. @default none */
  readonly json?: readonly string[]
  /** Makes the exception for one that isn't there. */
  notFound(uuid: string, detail: string): NotFoundException
}

/**
 * The records of a table, by its naming: a column that ends in `Json` holds JSON, one that begins with `is` a truth value,
 * and the three of `change` belong together.
 */
export function owned<R extends OwnedRecord>({
  table,
  kind,
  label,
  nameOf,
  json = [],
  notFound,
}: OwnedOptions<R>): Owned<R> {
  // All these tables have the columns of `OwnedTable`, which is all that is said to Kysely of them here.
  const on = (db: Db) => db as unknown as OwnedDb
  const from = table as 'owned'
  const jsonFields = new Set(['tags', ...json])
  const toRow = (record: Partial<R>) => rowOf(record, jsonFields)

  const live = (db: OwnedDb) => db.selectFrom(from).selectAll().where('deletedAt', 'is', null)
  // What was made together has one time, and an order all the same.
  const oldestFirst = (query: ReturnType<typeof live>) => query.orderBy('createdAt').orderBy(sql`rowid`)
  const findLive = prepared(
    (db: OwnedDb, { uuid, projectId }: Places<Pick<OwnedTable, 'uuid' | 'projectId'>>) =>
      live(db).where('uuid', '=', uuid).where('projectId', '=', projectId),
  )
  const findAny = prepared((db: OwnedDb, { uuid }: Places<Pick<OwnedTable, 'uuid'>>) =>
    db.selectFrom(from).selectAll().where('uuid', '=', uuid),
  )
  const listBy = prepared((db: OwnedDb, { value }: Places<{ value: string }>, column) =>
    oldestFirst(live(db).where(column as 'uuid', '=', value)),
  )
  const insert = inserting(table)
  const update = prepared((db: OwnedDb, places: Places<OwnedTable>, columns) =>
    db.updateTable(from).set(picked(places, columns)).where('uuid', '=', places.uuid),
  )

  const records: Owned<R> = {
    kind,
    label,
    nameOf: nameOf ?? (record => (record as R & { readonly name: string }).name),
    async insert(db, ...all) {
      for (const record of all) {
        await insert(db, toRow(record) as unknown as OwnedTable)
      }
    },
    async find(db, projectId, uuid) {
      const [row] = await findLive(on(db), { uuid, projectId })
      return row && recordOf<R>(row)
    },
    async require(db, projectId, uuid, nowMs) {
      const record = await records.find(db, projectId, uuid)
      if (record !== undefined) return record
      const gone = await findGone(db, projectId, uuid, nowMs)
      throw notFound(uuid, gone?.detail ?? 'Not found.')
    },
    async findAny(db, uuid) {
      const [row] = await findAny(on(db), { uuid })
      return row && recordOf<R>(row)
    },
    async list(db, projectId, filter) {
      if (filter === undefined || isEmpty(filter)) return records.listWhere(db, 'projectId', projectId)
      const conditions = conditionsOf(filter, table, { isNamed: nameOf === undefined })
      const rows = await oldestFirst(live(on(db)).where('projectId', '=', projectId))
        .where(({ and }) => and(conditions))
        .execute()
      return rows.map(row => recordOf<R>(row))
    },
    async listWhere(db, column, value) {
      const rows = await listBy(on(db), { value: value as string }, column)
      return rows.map(row => recordOf<R>(row))
    },
    async count(db, projectId) {
      const { count } = await on(db)
        .selectFrom(from)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('projectId', '=', projectId)
        .where('deletedAt', 'is', null)
        .executeTakeFirstOrThrow()
      return count
    },
    async update(db, uuid, changes) {
      const row = toRow(changes)
      const columns = columnsOf(row)
      if (columns !== '') await update(on(db), { ...row, uuid } as unknown as OwnedTable, columns)
    },
    async markDeleted(db, uuid, deletedAt) {
      await on(db)
        .updateTable(from)
        .set({ deletedAt })
        .where('uuid', '=', uuid)
        .where('deletedAt', 'is', null)
        .execute()
    },
  }
  return records
}

type OwnedDb = Kysely<{ owned: OwnedTable }>

/** The names of some columns, as one text. */
function columnsOf(row: object): string {
  return Object.keys(row).join()
}

function picked(places: Places<OwnedTable>, columns: string): Partial<Places<OwnedTable>> {
  return Object.fromEntries(columns.split(',').map(column => [column, places[column as keyof OwnedTable]]))
}

function rowOf(record: object, json: ReadonlySet<string>): { [column: string]: unknown } {
  const row: { [column: string]: unknown } = {}
  for (const [field, value] of Object.entries(record)) {
    if (value === undefined) continue
    if (field === 'change') Object.assign(row, changeColumns(value))
    else if (json.has(field)) row[`${field}Json`] = value === null ? null : JSON.stringify(value)
    else row[field] = typeof value === 'boolean' ? Number(value) : value
  }
  return row
}

function recordOf<R>(row: Selectable<OwnedTable>): R {
  const record: { [field: string]: unknown } = {}
  for (const column in row) {
    const value = row[column as keyof OwnedTable]
    const { field, kind } = fieldOf(column)
    if (kind === 'plain') record[field] = value
    else if (kind === 'truth') record[field] = Number(value) === 1
    else if (kind === 'json') record[field] = value === null ? null : JSON.parse(String(value))
  }
  const { change, changeActionId, changeSince } = row
  record['change'] =
    change === null || changeActionId === null || changeSince === null
      ? null
      : { what: change, actionId: changeActionId, since: changeSince }
  return record as R
}

interface Field {
  readonly field: string
  readonly kind: 'plain' | 'truth' | 'json' | 'of change'
}

/** By their columns: long lists ask for them thousands of times. */
const fields = new Map<string, Field>()

function fieldOf(column: string): Field {
  let field = fields.get(column)
  if (field === undefined) {
    field = namedLike(column)
    fields.set(column, field)
  }
  return field
}

function namedLike(column: string): Field {
  if (column.endsWith('Json')) return { field: column.slice(0, -'Json'.length), kind: 'json' }
  if (/^is[A-Z]/.test(column)) return { field: column, kind: 'truth' }
  return { field: column, kind: /^change(ActionId|Since)?$/.test(column) ? 'of change' : 'plain' }
}

function changeColumns(change: Change | null) {
  return {
    change: change?.what ?? null,
    changeActionId: change?.actionId ?? null,
    changeSince: change?.since ?? null,
  }
}
