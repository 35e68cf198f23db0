import type { SQLInputValue } from 'node:sqlite'
import { txIdTimePart } from '../../filters/tx-id.ts'
import type { TxQuery } from '../tx-log.ts'

/** A range of ids, and what else must hold of a row. */
export interface SqlWhere {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

/** By how much times in ids may differ from when their transactions started, in milliseconds. */
export interface Skew {
  readonly minMs: number
  readonly maxMs: number
}

/** Reads the numbers of words, such as `select id from operation where name = ?`. */
export type NumbersOf = (sql: string, ...values: SQLInputValue[]) => readonly number[]

/** What a query demands of the rows of a slice, or undefined where no row of it can meet it. */
export function whereOf(query: TxQuery, skew: Skew, numbersOf: NumbersOf): SqlWhere | undefined {
  const conditions: SqlWhere[] = []
  for (const { column, numbers } of wordConditions(query, numbersOf)) {
    if (numbers.length === 0) return undefined
    conditions.push({ sql: `${column} in (${numbers.join(', ')})`, values: [] })
  }
  if (query.resource !== undefined) conditions.push({ sql: 'tx.resource = ?', values: [query.resource] })
  // One index serves a query: the one that leaves fewest rows, as far as that can be said beforehand. A `+` before a
  // column keeps SQLite from taking its index.
  const chosen = selectivity.find(column => conditions.some(({ sql }) => sql.startsWith(column)))
  const parts = conditions.map(({ sql, values }) => ({
    sql: chosen !== undefined && sql.startsWith(chosen) ? sql : `+${sql}`,
    values,
  }))
  if (query.before !== undefined) parts.push({ sql: 'tx.id < ?', values: [query.before] })
  parts.push(...timeConditions(query, skew))
  return {
    sql: parts.length === 0 ? 'true' : parts.map(({ sql }) => sql).join(' and '),
    values: parts.flatMap(({ values }) => values),
  }
}

const selectivity = ['tx.resource', 'tx.principal', 'tx.outcome', 'tx.operation'] as const

function wordConditions(
  { kind, operation, exception, category, principal }: TxQuery,
  numbersOf: NumbersOf,
): { column: string; numbers: readonly number[] }[] {
  const found = []
  if (kind !== undefined || operation !== undefined) {
    const { sql, values } = equal({ kind, name: operation })
    found.push({
      column: 'tx.operation',
      numbers: numbersOf(`select id from operation where ${sql}`, ...values),
    })
  }
  if (exception !== undefined || category !== undefined) {
    const { sql, values } = equal({ exception, category })
    found.push({ column: 'tx.outcome', numbers: numbersOf(`select id from outcome where ${sql}`, ...values) })
  }
  if (principal !== undefined) {
    const numbers = numbersOf('select id from principal where name = ?', principal)
    found.push({ column: 'tx.principal', numbers })
  }
  return found
}

function equal(values: { readonly [column: string]: string | undefined }): {
  sql: string
  values: string[]
} {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    sql: given.map(([column]) => `${column} = ?`).join(' and '),
    values: given.map(([, value]) => value),
  }
}

/** A time is nearly always the one in the id; the range of ids that it makes spares reading the others. */
export function timeConditions({ fromMs, toMs }: TxQuery, { minMs, maxMs }: Skew): SqlWhere[] {
  const conditions: SqlWhere[] = []
  if (fromMs !== undefined) {
    conditions.push(
      { sql: 'tx.id >= ?', values: [timePart(fromMs + minMs)] },
      {
        sql: '(tx.started_at_ms >= ? or tx.started_at_ms is null and tx.id >= ?)',
        values: [fromMs, timePart(Math.ceil(fromMs))],
      },
    )
  }
  if (toMs !== undefined) {
    conditions.push(
      { sql: 'tx.id < ?', values: [timePart(toMs + maxMs + 1)] },
      {
        sql: '(tx.started_at_ms < ? or tx.started_at_ms is null and tx.id < ?)',
        values: [toMs, timePart(Math.ceil(toMs))],
      },
    )
  }
  return conditions
}

/** A time as an id can hold it: whole milliseconds in 48 bits. */
export function timePart(timeMs: number): string {
  return txIdTimePart(Math.max(0, Math.min(Math.floor(timeMs), 2 ** 48 - 1)))
}
