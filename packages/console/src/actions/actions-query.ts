import type { ActionStateKind, HistoryQuery } from 'evenkeel/actions'
import { z } from 'zod'
import { pageFields, text, timeField } from '../records/transactions-query.ts'

const states = [
  'waiting',
  'running',
  'past-pivot',
  'rolling-back',
  'ending',
  'succeeded',
  'rolled-back',
] as const satisfies readonly ActionStateKind[]

/** What `GET /actions` takes. Times are those at which actions were asked for. */
export const ActionsQuery = z
  .strictObject({
    ...pageFields,
    name: text,
    lock: text,
    class: text,
    state: z.enum(states, { error: `must be one of ${states.join(', ')}.` }).exactOptional(),
    from: timeField.exactOptional(),
    to: timeField.exactOptional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'must be later than from.',
  })

/** The same, as the actions are asked. */
export function historyQueryOf({ from, to, ...query }: z.output<typeof ActionsQuery>): HistoryQuery {
  return { ...query, ...(from !== undefined && { fromMs: from }), ...(to !== undefined && { toMs: to }) }
}
