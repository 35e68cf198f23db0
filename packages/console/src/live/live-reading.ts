import type { Category } from 'evenkeel'
import type { ActionSummary, ActionsOverview, ActionsReader, ResidueView } from 'evenkeel/actions'
import type { OutcomeKind, SecondOfOutcomes, Series, StatsSeries } from 'evenkeel/stats'
import type { TxLog, TxRow } from 'evenkeel/tx-log'
import type { FindingsOverview, FindingsSource } from '../findings/findings-source.ts'

/** How often a kind of work ended in one way within a second, over all operations. */
export interface LiveCount {
  readonly kind: OutcomeKind
  /** The class of the exception, or undefined for a success. */
  readonly exception: string | undefined
  readonly category: Category | undefined
  readonly count: number
}

/** All that was counted within one second. */
export interface LiveSecond {
  /** Seconds since 1970. */
  readonly second: number
  readonly outcomes: readonly LiveCount[]
}

/** A transaction in one line. */
export type TxSummary = Omit<TxRow, 'causes' | 'calls' | 'fields'>

/** What the live page shows, as read at one moment; as an update, only what has changed. */
export interface LiveReading {
  /** When it was read, in milliseconds since 1970. */
  readonly now: number
  /** Oldest first. The latest ones may still be counted: a later reading replaces them. */
  readonly seconds: readonly LiveSecond[]
  /** Newest first. */
  readonly transactions: readonly TxSummary[]
  /** Newest first. */
  readonly actions: readonly ActionSummary[]
  /** Over all actions, not only those above. */
  readonly overview: ActionsOverview
  /** All that is left over, oldest first: always whole. */
  readonly residue: readonly ResidueView[]
  /** Undefined where records and cloud are not compared. */
  readonly findings: FindingsOverview | undefined
}

/** Where the live page's data come from. */
export interface LiveSources {
  stats: Pick<StatsSeries | Series, 'seconds'>
  log: TxLog
  actions: ActionsReader
  /** Undefined where records and cloud are not compared. */
  findings: Pick<FindingsSource, 'overview'> | undefined
  /** The clock, in milliseconds since 1970. */
  now: () => number
}

const rowsShown = 50

/**
 * How long a second goes on changing. It isn't over when it is first told, and what other processes count into the same
 * series is written up to two seconds later: told once, their part of it would never be seen.
 */
const settlingSeconds = 3

/** The first second that somebody who was told everything at `toldMs` must be told again. */
export function firstUnsettledSecond(toldMs: number): number {
  return Math.floor(toldMs / 1000) - settlingSeconds
}

/** Reads all that the live page shows, with the seconds from `fromSecond` up to and including the present one. */
export async function readLive(sources: LiveSources, fromSecond: number): Promise<LiveReading> {
  const now = sources.now()
  const [seconds, rows, actions, overview, residue, findings] = await Promise.all([
    sources.stats.seconds(fromSecond, Math.floor(now / 1000) + 1),
    sources.log.query({ limit: rowsShown }),
    sources.actions.list({ limit: rowsShown }),
    sources.actions.overview(),
    sources.actions.residue(),
    sources.findings?.overview(),
  ])
  return {
    now,
    seconds: seconds.map(overAllOperations),
    transactions: rows.map(summaryOf),
    actions,
    overview,
    residue,
    findings,
  }
}

/** What somebody who has seen `previous` must be told to know `next`. */
export function changesSince(previous: LiveReading, next: LiveReading): LiveReading {
  const knownTransactions = new Set(previous.transactions.map(({ id }) => id))
  const knownActions = new Map(previous.actions.map(action => [action.id, JSON.stringify(action)]))
  const firstSecond = firstUnsettledSecond(previous.now)
  return {
    now: next.now,
    seconds: next.seconds.filter(({ second }) => second >= firstSecond),
    transactions: next.transactions.filter(({ id }) => !knownTransactions.has(id)),
    actions: next.actions.filter(action => knownActions.get(action.id) !== JSON.stringify(action)),
    overview: next.overview,
    residue: next.residue,
    findings: next.findings,
  }
}

/** The same, with operations and statuses added up. */
export function overAllOperations({ second, outcomes }: SecondOfOutcomes): LiveSecond {
  const counts = new Map<string, LiveCount>()
  for (const { kind, exception, category, count } of outcomes) {
    const key = `${kind} ${category} ${exception}`
    counts.set(key, { kind, exception, category, count: count + (counts.get(key)?.count ?? 0) })
  }
  return { second, outcomes: [...counts.values()] }
}

/** Without what only the page of one transaction shows. */
export function summaryOf({ causes: _, calls: __, fields: ___, ...summary }: TxRow): TxSummary {
  return summary
}
