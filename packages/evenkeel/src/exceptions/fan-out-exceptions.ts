import { atOurEdge } from './edge.ts'
import { type Category, Exception, type ExceptionOptions, type RetrySafety } from './exception.ts'

/** What the branches of a fan-out ended with. `Results` has one member for each branch. */
export interface FanOutOutcome<Results extends object> {
  /** Of the branches that succeeded. */
  readonly results: Readonly<Partial<Results>>
  /** Of the branches that did not. */
  readonly exceptions: { readonly [Branch in keyof Results]?: Exception }
}

/** What of a failed fan-out travels to the caller: no result and no message, but which branches failed, and as what. */
export type FanOutData = {
  /** From 0 to 1. */
  readonly fractionSucceeded: number
  /** The class of each failed branch's exception, as it would be at our edge. */
  readonly exceptions: { readonly [branch: string]: string }
}

/**
 * Branches of a fan-out were interrupted. Its category is the gravest of theirs, as each would be at our own edge:
 * ask `category`, and not `instanceof`. A fan-out of a remote service arrives with its data only.
 */
export abstract class FanOutException<
  Results extends object = Record<string, unknown>,
> extends Exception<FanOutData> {
  readonly #outcome: FanOutOutcome<Results>
  readonly #category: Category

  constructor(outcome: FanOutOutcome<Results>, options?: Omit<ExceptionOptions, 'data'>) {
    const failed = new Map(Object.entries<Exception | undefined>(outcome.exceptions).filter(isFailed))
    const atEdge = new Map([...failed].map(([branch, exception]) => [branch, atOurEdge(exception)]))
    const succeeded = Object.keys(outcome.results).length
    const branches = succeeded + failed.size
    const category = gravestOf([...atEdge.values()])
    super(messageOf(failed, branches), {
      ...retryAdvice([...failed.values()], succeeded),
      cause: [...failed].find(([branch]) => atEdge.get(branch)?.category === category)?.[1],
      publicMessage: `${succeeded} of ${branches} parts succeeded. Failed: ${[...failed.keys()].join(', ')}.`,
      ...options,
      data: {
        fractionSucceeded: branches === 0 ? 0 : succeeded / branches,
        exceptions: Object.fromEntries([...atEdge].map(([branch, { className }]) => [branch, className])),
      },
    })
    this.#outcome = outcome
    this.#category = category
  }

  /** The gravest of the branches'. Of the class itself, without an instance, the gravest of all. */
  get category(): Category {
    return #category in this ? this.#category : 'internal'
  }

  /** The share of branches that succeeded, from 0 to 1. */
  get fractionSucceeded(): number {
    return this.data.fractionSucceeded
  }

  /** What the branches answered that succeeded. Empty if it was another service's fan-out. */
  get results(): FanOutOutcome<Results>['results'] {
    return #outcome in this ? this.#outcome.results : ({} as Partial<Results>)
  }

  /** What the other branches were interrupted by. Empty if it was another service's fan-out. */
  get exceptions(): FanOutOutcome<Results>['exceptions'] {
    return #outcome in this ? this.#outcome.exceptions : {}
  }
}

/** Some branches of a fan-out succeeded, and others were interrupted. */
export class PartialFailureException<
  Results extends object = Record<string, unknown>,
> extends FanOutException<Results> {}

/** Every branch of a fan-out was interrupted. */
export class FullFailureException<
  Results extends object = Record<string, unknown>,
> extends FanOutException<Results> {}

const gravestFirst: readonly Category[] = ['internal', 'dependency', 'client', 'discard']

function gravestOf(exceptions: readonly Exception[]): Category {
  return (
    gravestFirst.find(category => exceptions.some(exception => exception.category === category)) ?? 'internal'
  )
}

function isFailed(entry: [string, Exception | undefined]): entry is [string, Exception] {
  return entry[1] !== undefined
}

function messageOf(failed: ReadonlyMap<string, Exception>, branches: number): string {
  const reasons = [...failed].map(([branch, { className, message }]) => `${branch}: ${className}: ${message}`)
  return `${failed.size} of ${branches} branches failed. ${reasons.join(' ')}`
}

/** A repetition runs every branch again: it is safe only where none has done anything, and useless where one would fail again. */
function retryAdvice(
  exceptions: readonly Exception[],
  succeeded: number,
): { retry: RetrySafety; retryAfterMs?: number } {
  const advice = exceptions.map(({ retry }) => retry)
  const retry = advice.includes('unsafe')
    ? 'unsafe'
    : succeeded === 0 && advice.every(each => each === 'safe')
      ? 'safe'
      : 'unknown'
  const waitsMs = exceptions.flatMap(({ retryAfterMs }) => retryAfterMs ?? [])
  return waitsMs.length === 0 ? { retry } : { retry, retryAfterMs: Math.max(...waitsMs) }
}
