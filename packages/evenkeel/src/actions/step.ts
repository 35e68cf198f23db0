import type { Schema } from './schema.ts'

export const defaultAttempts = 5
export const defaultTimeoutMs = 30_000
export const defaultWaitMs = 600_000
export const defaultPollMs = 1_000

/** What a step's functions get beside their input. */
export interface EffectContext<World> {
  /** `<action id>/<path of the step>`: the same at every attempt and after every restart. Put it on what you make. */
  readonly key: string
  /** The outside systems, as the application handed them to the engine. */
  readonly world: World
  /** Counts from 1. */
  readonly attempt: number
  /** Aborted when the attempt has taken too long: what it did is unknown from then on. */
  readonly signal: AbortSignal
  /**
   * Asks again, at growing intervals, until there is an answer: for what a system has accepted and not
   * done yet. The time counts against `waitMs`, not against the attempt's. A probe may fail a few times in a row.
   */
  until<T>(probe: () => Promise<T | undefined>): Promise<T>
}

/** An object that carries a step's key, as the outside system shows it. */
export type Found<Output> =
  | { readonly state: 'ready' | 'pending'; readonly output: Output }
  | { readonly state: 'broken'; readonly output: Output; readonly fault: string }

interface CommonDefinition<Input, Output, World> {
  /**
   * Counted up whenever its input or output changes its shape, or what undoes it: a journal remembers by which
   * version something was done, and only that one undoes it. The earlier one stays in the action's `retired`. @default 1
   */
  readonly version?: number
  readonly input: Schema<Input>
  readonly output: Schema<Output>
  /**
   * One effect on one outside system. A `BusyException` means that nothing happened and another attempt may
   * succeed; a client's exception, a discard or a `RefusedException` that nothing happened and none will; a
   * `BrokenObjectException` that an object is there in an error state. Anything else leaves the outcome unknown.
   */
  do(input: Input, context: EffectContext<World>): Promise<Output>
  /** Attempts at most, busy ones included. @default 5 */
  readonly attempts?: number
  /** How long one attempt may take, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number
  /** How long `until` may wait, in milliseconds. @default 600_000 */
  readonly waitMs?: number
  /** Its undo (or, after a pivot, the step itself) waits until nothing is left over that may still use what it gives back. @default false */
  readonly onlyWhenClean?: boolean
}

/** A step whose effect can be found again by its key. */
export interface FindableDefinition<Input, Output extends { readonly id: string }, World>
  extends CommonDefinition<Input, Output, World> {
  /** Every object that carries the key, oldest first. Throws while nobody can say. */
  find(context: EffectContext<World> & { readonly input: Input }): Promise<readonly Found<Output>[]>
  /** Removes (or changes back) exactly this object; its absence is fine. `'nothing'` for a step that leaves nothing behind. */
  readonly undo:
    | ((output: Output, context: EffectContext<World> & { readonly input: Input }) => Promise<void>)
    | 'nothing'
  /**
   * It changes something that exists, instead of making something new, and the system has no fence against a
   * late effect: after a lost answer its locks outlive the action until the watch ends. @default false
   */
  readonly changes?: boolean
  /**
   * `do` puts a new object in the place of one with the same id, as a DNS record's: one in an error state is not removed
   * before the next attempt, since a late removal could hit the new one. @default false
   */
  readonly replaces?: boolean
  readonly idempotent?: never
}

/** A question to an outside system, asked until there is an answer. It changes nothing, so there is nothing to undo. */
export interface PollDefinition<Input, Output, World> {
  readonly version?: number
  readonly input: Schema<Input>
  readonly output: Schema<Output>
  /**
   * Undefined while there is no answer yet. What it throws is a question that failed: it is asked again, but after a
   * `BrokenObjectException`, which says that there will never be an answer.
   */
  ask(input: Input, context: EffectContext<World>): Promise<Output | undefined>
  /** From the end of a question to the next one, in milliseconds. @default 1_000 */
  readonly everyMs?: number
  /** How long it may take from the first question on, in milliseconds: across restarts, too. */
  readonly withinMs: number
  /** How long one question may take, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number
}

/** A step that may be done any number of times, early or late, with the same result: it needs no `find`. */
export interface IdempotentDefinition<Input, Output, World> extends CommonDefinition<Input, Output, World> {
  readonly idempotent: true
  /** Changes it back. The output is undefined where the answer was lost. */
  readonly undo:
    | ((
        output: Output | undefined,
        context: EffectContext<World> & { readonly input: Input },
      ) => Promise<void>)
    | 'nothing'
  readonly find?: never
  readonly changes?: never
  readonly replaces?: never
}

/** How long a poll goes on, in milliseconds. */
export interface PollBounds {
  readonly everyMs: number
  readonly withinMs: number
}

/** One effect on an outside system, with how to find it again and how to undo it. */
export interface Step<Input, Output, World> {
  readonly name: string
  /** File and line of its declaration: where to look when a proof finds something. Undefined if the engine could not tell. */
  readonly declaredAt?: string | undefined
  /** Set where it was made by `poll`: `do` is asked again for as long as it has no answer. */
  readonly poll?: PollBounds
  readonly definition:
    | IdempotentDefinition<Input, Output, World>
    | FindableDefinition<Input, Output & { readonly id: string }, World>
}

/** A step of any input and output: what lists of steps hold. */
// biome-ignore lint/suspicious/noExplicitAny: inputs and outputs of different steps have no common type but this one; each is checked by its schema.
export type AnyStep<World> = Step<any, any, World>

/** The version that the journal remembers a step by. */
export function versionOf<World>({ definition }: AnyStep<World>): number {
  return definition.version ?? 1
}

const namePattern = /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/i

/** @throws {TypeError} the name isn't one that keys can be made of */
export function checkName(what: string, name: string): void {
  if (!namePattern.test(name)) {
    throw new TypeError(
      `${what} name ${JSON.stringify(name)} must be words of letters and digits, joined by . or -`,
    )
  }
}
