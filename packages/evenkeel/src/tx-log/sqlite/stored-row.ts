import type { Category } from '../../exceptions/exception.ts'
import type { TxKind } from '../../filters/transaction.ts'
import type { TxId } from '../../filters/tx-id.ts'
import type { TxRow } from '../tx-log.ts'

/** A row as the worker answers it. */
export interface StoredRow {
  readonly id: string
  readonly parent_id: string | null
  readonly kind: string
  readonly operation: string
  readonly started_at_ms: number
  readonly duration_us: number
  readonly status: number
  readonly exception: string | null
  readonly category: string | null
  readonly principal: string | null
  readonly resource: string | null
  /** Causes, calls and fields, each as JSON or empty, with tabs between, which JSON never holds as they are. */
  readonly details: string
}

export function decodeRow(row: StoredRow): TxRow {
  const [causes, calls, fields] = row.details.split('\t')
  return {
    id: row.id as TxId,
    parentId: (row.parent_id ?? undefined) as TxId | undefined,
    kind: row.kind as TxKind,
    operation: row.operation,
    startedAtMs: row.started_at_ms,
    durationMs: row.duration_us / 1000,
    status: row.status,
    exception: row.exception || undefined,
    category: (row.category || undefined) as Category | undefined,
    causes: causes ? JSON.parse(causes) : [],
    principal: row.principal ?? undefined,
    resource: row.resource ?? undefined,
    calls: calls ? JSON.parse(calls) : [],
    fields: fields ? JSON.parse(fields) : {},
  }
}
