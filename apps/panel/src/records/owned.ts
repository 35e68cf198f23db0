import type { NotFoundException } from 'evenkeel'
import { type Kysely, type Selectable, sql } from 'kysely'
import { findGone } from './gone.ts'
import type { Db, OwnedTable, Tables } from './tables.ts'
import { conditionsOf, type ListFilter, type Tags } from './tags.ts'

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
  const on = (db: Db) => db as unknown as Kysely<{ owned: OwnedTable }>
  const from = table as 'owned'
  const toRow = (record: Partial<R>) => rowOf(record, new Set(['tags', ...json]))

  function live(db: Db) {
    return on(db).selectFrom(from).selectAll().where('deletedAt', 'is', null)
  }

  const records: Owned<R> = {
    kind,
    label,
    nameOf: nameOf ?? (record => (record as R & { readonly name: string }).name),
    async insert(db, ...all) {
      if (all.length === 0) return
      const rows = all.map(record => toRow(record) as unknown as OwnedTable)
      await on(db).insertInto(from).values(rows).execute()
    },
    async find(db, projectId, uuid) {
      const row = await live(db)
        .where('uuid', '=', uuid)
        .where('projectId', '=', projectId)
        .executeTakeFirst()
      return row && recordOf<R>(row)
    },
    async require(db, projectId, uuid, nowMs) {
      const record = await records.find(db, projectId, uuid)
      if (record !== undefined) return record
      const gone = await findGone(db, projectId, uuid, nowMs)
      throw notFound(uuid, gone?.detail ?? 'Not found.')
    },
    async findAny(db, uuid) {
      const row = await on(db).selectFrom(from).selectAll().where('uuid', '=', uuid).executeTakeFirst()
      return row && recordOf<R>(row)
    },
    async list(db, projectId, filter = {}) {
      const conditions = conditionsOf(filter, table, { isNamed: nameOf === undefined })
      const rows = await live(db)
        .where('projectId', '=', projectId)
        .where(({ and }) => and(conditions))
        .orderBy('createdAt')
        .orderBy(sql`rowid`) // What was made together has one time, and an order all the same.
        .execute()
      return rows.map(row => recordOf<R>(row))
    },
    async listWhere(db, column, value) {
      const rows = await live(db)
        .where(column as 'uuid', '=', value as string)
        .orderBy('createdAt')
        .orderBy(sql`rowid`)
        .execute()
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
      const columns = toRow(changes)
      if (Object.keys(columns).length === 0) return
      await on(db).updateTable(from).set(columns).where('uuid', '=', uuid).execute()
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
  const { change, changeActionId, changeSince, ...columns } = row
  const record: { [field: string]: unknown } = {}
  for (const [column, value] of Object.entries(columns)) {
    if (column.endsWith('Json')) {
      record[column.slice(0, -'Json'.length)] = value === null ? null : JSON.parse(String(value))
    } else record[column] = /^is[A-Z]/.test(column) ? Number(value) === 1 : value
  }
  record['change'] =
    change === null || changeActionId === null || changeSince === null
      ? null
      : { what: change, actionId: changeActionId, since: changeSince }
  return record as R
}

function changeColumns(change: Change | null) {
  return {
    change: change?.what ?? null,
    changeActionId: change?.actionId ?? null,
    changeSince: change?.since ?? null,
  }
}
