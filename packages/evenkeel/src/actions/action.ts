import type { Exception } from '../exceptions/exception.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { Schema } from './schema.ts'
import type { AnyStep, Step } from './step.ts'

export interface StepOptions {
  /** Tells several uses of one step in one action apart: the path becomes `<step>/<as>`. */
  readonly as?: string
}

/** One of the steps behind a pivot, with its input as data. */
export type PlannedStep<World> = readonly [step: AnyStep<World>, input: unknown, options?: StepOptions]

export interface BranchOptions {
  /** How many branches are under way at once; the next one begins when one is done. @default all */
  readonly concurrency?: number
}

/** What branches that run side by side come to, by their names. */
export type BranchResults<Branches extends { readonly [branch: string]: (...given: never[]) => unknown }> = {
  -readonly [Branch in keyof Branches]: Awaited<ReturnType<Branches[Branch]>>
}

export interface StepCaller<World> {
  /**
   * Does a step, or answers from the journal if it was done before a restart.
   *
   * @throws what ended the step, as the class that the step threw; after a cancel it never settles
   */
  <Input, Output>(step: Step<Input, Output, World>, input: Input, options?: StepOptions): Promise<Output>
  /**
   * Runs branches side by side; what a branch does has paths that begin with `<branch>/`. When one throws, no further
   * step of the others begins, what is under way is awaited, and then it throws what failed first in the journal.
   *
   * @example
   * const { port, volume } = await step.all({
   *   port: step => step(createPort, { network }),
   *   volume: async step => (await step(createVolume, { sizeGb })).id,
   * })
   *
   * @throws what the first branch to fail threw
   */
  all<Branches extends { readonly [branch: string]: (step: StepCaller<World>) => Promise<unknown> }>(
    branches: Branches,
    options?: BranchOptions,
  ): Promise<BranchResults<Branches>>
  /** The same for a part of the action: its paths begin with `<name>/`. So one helper is used twice. */
  under(name: string): StepCaller<World>
  /**
   * Lets time pass. When it ends is journaled before it begins: after a restart only the rest is slept.
   *
   * @param name its path in the journal
   * @param ms milliseconds
   */
  sleep(name: string, ms: number): Promise<void>
  /**
   * The point of no return: names the steps that remain, which are then finished without `run`. Each is tried
   * to its bound; what can't be finished becomes residue and the next goes on. Never returns.
   */
  pivot(name: string, steps: readonly PlannedStep<World>[]): Promise<never>
}

export interface RunContext<World> {
  readonly actionId: TxId
  readonly step: StepCaller<World>
  /** `step.sleep`. */
  readonly sleep: StepCaller<World>['sleep']
  /** When the action was admitted, in milliseconds since 1970: the same at every replay. */
  readonly startedAtMs: number
  /** An id that is the same at every replay, different for every name. A UUID. */
  id(name: string): string
}

export interface AdmissionContext {
  readonly actionId: TxId
  /** In milliseconds since 1970. */
  readonly nowMs: number
}

/** How an action ended. */
export type ActionEnd<Output> = {
  readonly actionId: TxId
  /** In milliseconds since 1970. */
  readonly atMs: number
} & (
  | { readonly kind: 'succeeded' /** Undefined after a pivot. */; readonly output: Output | undefined }
  | { readonly kind: 'rolled-back'; readonly cause: Exception }
)

export interface ActionDefinition<Request, Input, Output, World, Db> {
  /**
   * A whole number from 1 on, counted up whenever `run` asks for other steps than before, or the input changes its
   * shape. What an earlier version began goes on while that is registered too, and is else rolled back.
   */
  readonly version: number
  /** What `run` is given, as journaled. */
  readonly input: Schema<Input>
  readonly output: Schema<Output>
  /** Every step that `run` may ask for. */
  readonly steps: readonly AnyStep<World>[]
  /**
   * Steps, or earlier versions of steps, that `run` does not ask for any more, and that a journal may still have:
   * their code is needed to undo them. @default none
   */
  readonly retired?: readonly AnyStep<World>[]
  /**
   * How long it may take from its admission on, in milliseconds. If it is neither done nor past its pivot by then, it
   * is rolled back, as by a cancel. @default as long as it takes
   */
  readonly deadlineMs?: number
  /** The keys that one action at a time holds. Asked before the lock and again inside the admission. */
  locks(request: Request, db: Db): Promise<readonly string[]>
  /**
   * Judges the request against the present state, reserves, writes records, and makes the input of `run`. One
   * database transaction with the engine's own row: it throws, and nothing was admitted.
   */
  admit(request: Request, db: Db, context: AdmissionContext): Promise<Input>
  /**
   * `before-admission`: locks first, then admission; whoever gives up waiting was never admitted.
   * `after-admission`: for deletions: admitted at once, then queued durably for the locks. It can't be called off.
   *
   * @default 'before-admission'
   */
  readonly queue?: 'before-admission' | 'after-admission'
  /**
   * Whether it can be called off while it runs. False for what overwrites something, and would have to say that all is as it was
   * before: it ends done, or rolled back because it could not be done. @default true, unless it is queued after its admission
   */
  readonly isCancellable?: boolean
  /** Names of actions that are cancelled when this one finds them holding its locks. Only with `after-admission`. @default none */
  readonly cancels?: readonly string[]
  /**
   * Those of its locks whose things will be gone. What is watched on these is watched no longer once it is admitted; while something is
   * watched on the others, which stay, it waits. Only with `after-admission`. @default all of them
   */
  removes?(input: NoInfer<Input>): readonly string[]
  /**
   * Those of its locks whose things its steps change. Where its locks outlive it, because such a step may take effect late, they are
   * handed to an action that removes one of these things, and to no other. @default all of them
   */
  changes?(input: NoInfer<Input>): readonly string[]
  /**
   * The success path, nothing else. It awaits nothing but what the context gives, and takes time, chance and ids from
   * there: it may be run again from the top, and must ask for the same again.
   */
  run(input: Input, context: RunContext<World>): Promise<Output>
  /** Settles records and quota, in one database transaction that happens exactly once. */
  onEnd(end: ActionEnd<Output>, input: Input, db: Db): Promise<void>
}

/** A durable, named operation of many steps on outside systems. */
export interface Action<Request, Input, Output, World, Db> {
  readonly name: string
  readonly definition: ActionDefinition<Request, Input, Output, World, Db>
}

/** An action of any shape: what the engine is given a list of. */
// biome-ignore lint/suspicious/noExplicitAny: actions of different shapes have no common type but this one; inputs and outputs are checked by their schemas.
export type AnyAction<World, Db> = Action<any, any, any, World, Db>
