import { parseTxId, type TxId, txIdTimePart } from '../filters/tx-id.ts'
import type { TxRow } from './tx-log.ts'

let madeCount = 0

/** A new id made at a time of the test's choice, in milliseconds since 1970: `newTxId` never goes back in time. */
export function exampleId(atMs: number): TxId {
  madeCount++
  return parseTxId(txIdTimePart(atMs) + String(madeCount).padStart(16, '0')) as TxId
}

/** A successful request, for tests to change in what they are about. Its id is made when it started. */
export function exampleRow(parts: Partial<TxRow> = {}): TxRow {
  const startedAtMs = parts.startedAtMs ?? Date.UTC(2026, 10, 22, 12)
  return {
    id: exampleId(startedAtMs),
    parentId: undefined,
    kind: 'request',
    operation: 'GET /v1/servers',
    startedAtMs,
    durationMs: 12.5,
    status: 200,
    exception: undefined,
    category: undefined,
    causes: [],
    principal: undefined,
    resource: undefined,
    calls: [],
    fields: {},
    ...parts,
  }
}
