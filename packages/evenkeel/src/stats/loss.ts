import { type Category, isFailure } from '../exceptions/exception.ts'
import { other } from './memory-stats.ts'
import type { OutcomeKind } from './stats.ts'
import { transactionKinds } from './success-rate.ts'

/** By what each class's share of the loss is told apart further. */
export type LossDimension = 'operation' | 'caller' | 'release'

/** How often something ended in one way, with the operation, caller or release that it is told apart by. */
export interface Tally {
  readonly kind: OutcomeKind
  readonly exception: string | undefined
  readonly category: Category | undefined
  readonly of: string | undefined
  readonly count: number
}

/** How much one class of exceptions lowers the success rate, and how much more than before. */
export interface LossShare {
  /** The class; `other` for all that are not listed by themselves. */
  readonly exception: string
  /** undefined for those that are not listed by themselves, which may be of both. */
  readonly category: Category | undefined
  /** The operation, caller or release, if they were asked to be told apart. */
  readonly of: string | undefined
  readonly count: number
  readonly countBefore: number
  /** The part of the success rate that is lost to it, from 0 to 1. */
  readonly lost: number
  readonly lostBefore: number
  /** How much of the change is its: `lost - lostBefore`. */
  readonly change: number
}

/** The transactions of a stretch of time. */
export interface LossStretch {
  /** From 0 to 1, or undefined if nothing counts. */
  readonly successRate: number | undefined
  /** How many there were but client faults, which are in neither part of the rate. */
  readonly count: number
}

/** Where a success rate went: each class's part in its change, which add up to the whole change. */
export interface Loss {
  readonly window: LossStretch
  readonly before: LossStretch
  /** How much more is lost than before; below 0, the success rate has risen. Where nothing counts, nothing is lost. */
  readonly change: number
  /** The greatest change first; among equal ones, the greatest loss. */
  readonly shares: readonly LossShare[]
}

export interface LossOptions {
  /** The kinds of work that are counted. @default transactions: request, action, background */
  kinds?: readonly OutcomeKind[]
  /** How many shares are listed; the smallest ones beyond are one share, `other`. @default 100 */
  sharesMax?: number
}

/**
 * Compares what was lost in a window with what was lost before. A class's loss is its failures ÷ (successes + discards +
 * failures), so that all losses add up to 1 - success rate, and all changes to the change of it.
 */
export function lossOf(
  window: readonly Tally[],
  before: readonly Tally[],
  { kinds = transactionKinds, sharesMax = 100 }: LossOptions = {},
): Loss {
  const counted = sumOf(window.filter(({ kind }) => kinds.includes(kind)))
  const countedBefore = sumOf(before.filter(({ kind }) => kinds.includes(kind)))
  const keys = new Set([...counted.failures.keys(), ...countedBefore.failures.keys()])
  const shares = [...keys]
    .map(key => shareOf(counted.failures.get(key), countedBefore.failures.get(key)))
    // What is known of all callers leaves nothing to those who are not.
    .filter(({ count, countBefore }) => count !== 0 || countBefore !== 0)
  const [total, totalBefore] = [counted.total, countedBefore.total]
  const listed = folded(
    shares.map(share => withLoss(share, total, totalBefore)),
    sharesMax,
  )
  return {
    window: stretchOf(counted),
    before: stretchOf(countedBefore),
    change: ratio(counted.failed, total) - ratio(countedBefore.failed, totalBefore),
    shares: listed.map(share => withLoss(share, total, totalBefore)),
  }
}

type Share = Omit<LossShare, 'lost' | 'lostBefore' | 'change'>

interface Failure {
  readonly exception: string
  readonly category: Category
  readonly of: string | undefined
  count: number
}

interface Sum {
  /** All that counts, and of that, the failures. */
  readonly total: number
  readonly failed: number
  readonly failures: ReadonlyMap<string, Failure>
}

function sumOf(tallies: readonly Tally[]): Sum {
  let [total, failed] = [0, 0]
  const failures = new Map<string, Failure>()
  for (const { exception, category, of, count } of tallies) {
    if (category === 'client') continue
    total += count
    if (category === undefined || exception === undefined || !isFailure(category)) continue
    failed += count
    const key = `${category} ${exception}${of === undefined ? '' : ` ${of}`}`
    const failure = failures.get(key)
    if (failure === undefined) failures.set(key, { exception, category, of, count })
    else failure.count += count
  }
  return { total, failed, failures }
}

function shareOf(failure: Failure | undefined, failureBefore: Failure | undefined): Share {
  const { exception, category, of } = (failure ?? failureBefore) as Failure
  return { exception, category, of, count: failure?.count ?? 0, countBefore: failureBefore?.count ?? 0 }
}

function stretchOf({ total, failed }: Sum): LossStretch {
  return { successRate: total === 0 ? undefined : (total - failed) / total, count: total }
}

function withLoss(share: Share, total: number, totalBefore: number): LossShare {
  const [lost, lostBefore] = [ratio(share.count, total), ratio(share.countBefore, totalBefore)]
  return { ...share, lost, lostBefore, change: lost - lostBefore }
}

/** The greatest ones, and all others as one: what is listed adds up to the whole, however much is left out. */
function folded(shares: readonly LossShare[], sharesMax: number): readonly Share[] {
  const importance = ({ change, lost }: LossShare): number => Math.max(Math.abs(change), lost)
  const byImportance = shares.toSorted((left, right) => importance(right) - importance(left))
  const byChange = byImportance
    .slice(0, sharesMax)
    .sort((left, right) => right.change - left.change || right.lost - left.lost)
  const rest = byImportance.slice(sharesMax)
  if (rest.length === 0) return byChange
  const count = rest.reduce((sum, share) => sum + share.count, 0)
  const countBefore = rest.reduce((sum, share) => sum + share.countBefore, 0)
  return [...byChange, { exception: other, category: undefined, of: undefined, count, countBefore }]
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
