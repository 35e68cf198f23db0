import { type TxId, txIdTimePart } from '../../filters/tx-id.ts'
import type { ActionStateKind } from '../action-view.ts'
import type { IndexedAction } from './action-index.ts'

/** Which histories are asked for. All that is given must hold; what is left out is not asked for. */
export interface HistoryQuery {
  /** The action's name. */
  readonly name?: string
  /** A lock that it holds, held or waits for: what it is about. */
  readonly lock?: string
  readonly state?: ActionStateKind
  /** The class of the exception that it is, or was, rolled back for. */
  readonly class?: string
  /** Asked for at this time or later, as its id says; in milliseconds since 1970. */
  readonly fromMs?: number
  /** Asked for before this time, in milliseconds since 1970. */
  readonly toMs?: number
  /** Only those older than this action: the last one of the page before. */
  readonly before?: TxId
  /** How many at most. @default 50 */
  readonly limit?: number
}

export const defaultLimit = 50

/** The ids that a query's times and cursor leave: an action's id begins with the time at which it was asked for. */
export interface IdRange {
  readonly from: string
  /** Not included. */
  readonly to: string
}

const afterAllIds = '~'
const latestMs = 2 ** 48 - 1

export function idRangeOf({ fromMs, toMs, before }: HistoryQuery): IdRange {
  const ends = [before ?? afterAllIds, toMs === undefined ? afterAllIds : firstIdAt(toMs)]
  return { from: fromMs === undefined ? '' : firstIdAt(fromMs), to: ends.sort()[0] as string }
}

function firstIdAt(ms: number): string {
  return txIdTimePart(Math.min(latestMs, Math.max(0, Math.ceil(ms))))
}

/** Whether an action is one of those that are asked for; its id, the cursor and the limit are the caller's matter. */
export function isAskedFor(
  action: IndexedAction,
  { name, lock, state, class: wanted }: HistoryQuery,
): boolean {
  return (
    (name === undefined || action.name === name) &&
    (state === undefined || action.state === state) &&
    (wanted === undefined || action.class === wanted) &&
    (lock === undefined || action.locks.includes(lock))
  )
}
