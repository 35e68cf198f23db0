import type { TxQuery, TxRow } from './tx-log.ts'

const equalColumns = ['kind', 'operation', 'exception', 'category', 'principal', 'resource'] as const

/** Whether a row meets every condition of a query. */
export function isMatch(row: TxRow, query: TxQuery): boolean {
  return (
    equalColumns.every(column => query[column] === undefined || row[column] === query[column]) &&
    (query.fromMs === undefined || row.startedAtMs >= query.fromMs) &&
    (query.toMs === undefined || row.startedAtMs < query.toMs) &&
    (query.before === undefined || row.id < query.before) &&
    (query.text === undefined || holdsText(row, query.text))
  )
}

/** Whether a text stands in a row's messages or fields. */
export function holdsText({ causes, fields }: Pick<TxRow, 'causes' | 'fields'>, text: string): boolean {
  return causes.some(({ message }) => message.includes(text)) || holds(fields, text)
}

function holds(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.includes(text)
  if (typeof value !== 'object' || value === null) return String(value).includes(text)
  return Object.values(value).some(item => holds(item, text))
}
