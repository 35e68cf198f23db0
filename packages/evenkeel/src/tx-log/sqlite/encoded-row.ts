import type { Category } from '../../exceptions/exception.ts'
import type { TxKind } from '../../filters/transaction.ts'
import type { TxId } from '../../filters/tx-id.ts'
import type { TxRow } from '../tx-log.ts'

/** The columns of a slice's table, in the order of an encoded row. */
export const columns = [
  'id',
  'parent_id',
  'kind',
  'operation',
  'started_at_ms',
  'duration_ms',
  'status',
  'exception',
  'category',
  'principal',
  'resource',
  'causes',
  'calls',
  'fields',
] as const

/**
 * A row as the worker and SQLite take it: nothing but text, finite numbers and null. SQLite's binding
 * throws on `undefined` and keeps a NaN as null; a thread's message can't carry a function.
 */
export type EncodedRow = readonly (string | number | null)[]

/** A row as it comes back from SQLite. */
export interface StoredRow {
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

/** @throws {TypeError} something in it is neither text nor a finite number, or is nothing that JSON can carry */
export function encodeRow(row: TxRow): EncodedRow {
  return [
    text(row.id, 'id'),
    textOrNull(row.parentId, 'parentId'),
    text(row.kind, 'kind'),
    text(row.operation, 'operation'),
    finite(row.startedAtMs, 'startedAtMs'),
    finite(row.durationMs, 'durationMs'),
    finite(row.status, 'status'),
    textOrNull(row.exception, 'exception'),
    textOrNull(row.category, 'category'),
    textOrNull(row.principal, 'principal'),
    textOrNull(row.resource, 'resource'),
    row.causes.length === 0 ? null : JSON.stringify(row.causes),
    row.calls.length === 0 ? null : JSON.stringify(row.calls),
    Object.keys(row.fields).length === 0 ? null : JSON.stringify(row.fields),
  ]
}

export function decodeRow(row: StoredRow): TxRow {
  return {
    id: row.id as TxId,
    parentId: (row.parent_id ?? undefined) as TxId | undefined,
    kind: row.kind as TxKind,
    operation: row.operation,
    startedAtMs: row.started_at_ms,
    durationMs: row.duration_ms,
    status: row.status,
    exception: row.exception ?? undefined,
    category: (row.category ?? undefined) as Category | undefined,
    causes: row.causes === null ? [] : JSON.parse(row.causes),
    principal: row.principal ?? undefined,
    resource: row.resource ?? undefined,
    calls: row.calls === null ? [] : JSON.parse(row.calls),
    fields: row.fields === null ? {} : JSON.parse(row.fields),
  }
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is ${typeof value}, not text`)
  return value
}

function textOrNull(value: unknown, name: string): string | null {
  return value === undefined ? null : text(value, name)
}

function finite(value: unknown, name: string): number {
  if (!Number.isFinite(value)) throw new TypeError(`${name} is ${value}, not a finite number`)
  return value as number
}
