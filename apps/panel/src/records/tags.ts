import { type Expression, type SqlBool, sql } from 'kysely'

/** A resource's labels, given by its owner. */
export type Tags = { readonly [key: string]: string }

/** Which of a list to keep: all conditions must hold. */
export interface ListFilter {
  /** The exact name. */
  readonly names?: readonly string[]
  readonly tags?: readonly TagFilter[]
}

/** Has the tag: with this value, or with any. */
export interface TagFilter {
  readonly key: string
  readonly value: string | undefined
}

/** Whether everything is kept. */
export function isEmpty({ names = [], tags = [] }: ListFilter): boolean {
  return names.length + tags.length === 0
}

/** The filter as conditions on the table. What has no name is not called what is asked for. */
export function conditionsOf(
  { names = [], tags = [] }: ListFilter,
  table: string,
  { isNamed = true }: { isNamed?: boolean } = {},
): Expression<SqlBool>[] {
  const name = isNamed ? sql.ref(`${table}.name`) : sql`null`
  const entries = sql`json_each(${sql.ref(`${table}.tagsJson`)}) as tag`
  return [
    ...names.map(wanted => sql<SqlBool>`${name} = ${wanted}`),
    ...tags.map(({ key, value }) =>
      value === undefined
        ? sql<SqlBool>`exists (select 1 from ${entries} where tag.key = ${key})`
        : sql<SqlBool>`exists (select 1 from ${entries} where tag.key = ${key} and tag.value = ${value})`,
    ),
  ]
}
