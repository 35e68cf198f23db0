import { parseTxId, type TxId } from 'evenkeel'
import type { TxConditions } from 'evenkeel/tx-log'
import { z } from 'zod'

const limitRule = 'must be a whole number from 1 to 200.'

/** The parameters of every list: which page of it. */
export const pageFields = {
  before: z
    .string({ error: 'must be given once.' })
    .transform((value, context): TxId => {
      const id = parseTxId(value)
      if (id !== undefined) return id
      context.addIssue('must be the id of the last entry of the page before.')
      return z.NEVER
    })
    .exactOptional(),
  limit: z.coerce
    .number({ error: limitRule })
    .int(limitRule)
    .min(1, limitRule)
    .max(200, limitRule)
    .exactOptional(),
}

export const text = z.string({ error: 'must be given once.' }).min(1, 'must not be empty.').exactOptional()

const timeRule = 'must be a time in milliseconds since 1970.'
export const timeField = z.coerce.number({ error: timeRule }).int(timeRule).min(0, timeRule)

/** The parameters that say what transactions have in common, but for their times. */
export const conditionFields = {
  kind: z
    .enum(['request', 'action', 'background'], { error: 'must be request, action or background.' })
    .exactOptional(),
  category: z
    .enum(['client', 'discard', 'dependency', 'internal'], {
      error: 'must be client, discard, dependency or internal.',
    })
    .exactOptional(),
  operation: text,
  exception: text,
  principal: text,
  resource: text,
  text,
}

/** What `GET /transactions` takes. */
export const TransactionsQuery = z
  .strictObject({
    ...pageFields,
    ...conditionFields,
    from: timeField.exactOptional(),
    to: timeField.exactOptional(),
    endedFrom: timeField.exactOptional(),
    endedTo: timeField.exactOptional(),
    caller: text,
  })
  .refine(({ endedFrom, endedTo }) => (endedFrom === undefined) === (endedTo === undefined), {
    path: ['endedTo'],
    error: 'and endedFrom are given together or not at all.',
  })
  .refine(({ caller, endedTo }) => caller === undefined || endedTo !== undefined, {
    path: ['caller'],
    error: 'is looked for between endedFrom and endedTo only.',
  })

/** The times between which transactions started. */
export function startedWithin({ from, to }: { from?: number; to?: number }): TxConditions {
  return { ...(from !== undefined && { fromMs: from }), ...(to !== undefined && { toMs: to }) }
}
