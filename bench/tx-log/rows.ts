import { newTxId, type TxId } from 'evenkeel'
import { loggable, type TxRow } from 'evenkeel/tx-log'

/** What the log of the benchmarks keeps of a request: its path and its body. */
export const fields = { path: loggable.text(200), body: loggable.text(1000) }

/** So many callers share the rows evenly. */
export const principals = 10_000
export const missing = 'ThingNotFoundException'

const operations = Array.from({ length: 20 }, (_, at) => `POST /v1/things-${at}`)
const zones = ['fra1', 'ams3', 'zrh2']
const failures = [
  { exception: missing, category: 'client', status: 404 },
  { exception: 'QuotaExceededException', category: 'client', status: 403 },
  { exception: 'VolumeBusyException', category: 'dependency', status: 503 },
] as const
// Made beforehand: it is the log that is measured. Many more than any compressor looks back over.
const bodies = Array.from({ length: 20_000 }, body)

/** A request with a body of 300 bytes; one in twenty ends with an exception. */
export function rowNumber(number: number, { id, startedAtMs }: { id: TxId; startedAtMs: number }): TxRow {
  const failure = number % 20 === 0 ? failures[(number / 20) % failures.length] : undefined
  return {
    id,
    parentId: undefined,
    kind: 'request',
    operation: operations[number % operations.length] as string,
    startedAtMs,
    durationMs: (number % 997) / 8,
    status: failure?.status ?? 201,
    exception: failure?.exception,
    category: failure?.category,
    causes:
      failure === undefined
        ? none
        : [
            {
              exception: failure.exception,
              message: 'There is none.',
              service: undefined,
              txId: undefined,
              stack: undefined,
            },
          ],
    principal: `project:${(number * 7919) % principals}`,
    resource: undefined,
    calls: none,
    fields: {
      path: `/v1/things-${number % operations.length}`,
      body: bodies[number % bodies.length] as string,
    },
  }
}

/** As an API gets it: names, numbers, and ids that no compressor can guess. Of exactly 300 bytes. */
function body(): string {
  const order = {
    idempotency: crypto.randomUUID(),
    name: `web-${Math.floor(Math.random() * 1000)}`,
    zone: zones[Math.floor(Math.random() * zones.length)],
    flavor: `flex-${2 ** Math.floor(Math.random() * 6)}`,
    image: 'debian-13',
    volumes: [{ id: crypto.randomUUID(), size_gb: Math.floor(Math.random() * 500) }],
    address: `10.0.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`,
    tags: { owner: `team-${Math.floor(Math.random() * 40)}` },
    comment: '',
  }
  const chars = 300 - JSON.stringify(order).length
  let comment = ''
  while (comment.length < chars) comment += Math.random().toString(36).slice(2)
  return JSON.stringify({ ...order, comment: comment.slice(0, chars) })
}

const none: readonly never[] = []

export function newRow(number: number): TxRow {
  const startedAtMs = Date.now()
  return rowNumber(number, { id: newTxId(startedAtMs), startedAtMs })
}
