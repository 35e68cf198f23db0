import type { Action, AnyAction } from '../../actions/action.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import type { ProofEnd, ProofWorld, WorldObject } from './proof-world.ts'

/** An action, and what it is started with. */
export interface ProofStart<World, Db> {
  readonly action: AnyAction<World, Db>
  readonly input: unknown
}

export interface ProofOptions<Request, World, Db, Around extends ProofWorld<World, Db>> {
  /** Makes what is around the action in one run, in the state in which it begins. Whatever sleeps there sleeps by the clock. */
  world(clock: VirtualClock): Around | Promise<Around>
  /** What the action is started with. */
  input: Request | ((around: Around) => Request)
  /**
   * What keeps a user from doing everything that the resource normally allows, in this end state, and what disagrees with
   * it: records without an object, an object without a record, a quota that doesn't add up. Nothing, where all is well.
   *
   * @param ends the actions that have ended, oldest first; none where the process died before the action was admitted
   */
  usable(around: Around, ends: readonly ProofEnd[]): readonly string[] | Promise<readonly string[]>
  /** What is started on the same key when all is over, and must succeed. @default the same action with the same input */
  again?(around: Around, ends: readonly ProofEnd[]): ProofStart<World, Db>
  /** What is started beside the action, on the same key. @default the same action with the same input */
  rival?(around: Around): ProofStart<World, Db>
  /** Other actions that may be started: as rival, or again. @default none */
  actions?: readonly AnyAction<World, Db>[]
  /** Objects from before that the action may change or remove. All others must be as they were. @default none */
  touches?(object: WorldObject, around: Around): boolean
  /** The exception classes that steps throw. @default none */
  exceptions?: Iterable<unknown>
  /** How long an effect takes to show at most, in virtual milliseconds. Late ones come after it. @default 1_000 */
  settleMs?: number
  /** How long late effects are looked out for, in virtual milliseconds. @default 60_000 */
  watchMs?: number
}

/** The options, with the defaults in their places. */
export interface ProofSetup<World, Db, Around extends ProofWorld<World, Db>> {
  readonly action: AnyAction<World, Db>
  readonly actions: readonly AnyAction<World, Db>[]
  readonly settleMs: number
  readonly watchMs: number
  readonly exceptions: readonly unknown[]
  /** Whether the action has a deadline that can pass. */
  readonly hasDeadline: boolean
  world(clock: VirtualClock): Around | Promise<Around>
  main(around: Around): ProofStart<World, Db>
  rival(around: Around): ProofStart<World, Db>
  again(around: Around, ends: readonly ProofEnd[]): ProofStart<World, Db>
  usable(around: Around, ends: readonly ProofEnd[]): readonly string[] | Promise<readonly string[]>
  touches(object: WorldObject, around: Around): boolean
}

export function setupOf<Request, Input, Output, World, Db, Around extends ProofWorld<World, Db>>(
  action: Action<Request, Input, Output, World, Db>,
  options: ProofOptions<Request, World, Db, Around>,
): ProofSetup<World, Db, Around> {
  const { input, actions = [], settleMs = 1_000, watchMs = 60_000, exceptions = [] } = options
  const main = (around: Around): ProofStart<World, Db> => ({
    action,
    input: typeof input === 'function' ? (input as (around: Around) => Request)(around) : input,
  })
  return {
    action,
    actions: [action, ...actions],
    settleMs,
    watchMs,
    exceptions: [...exceptions],
    hasDeadline: action.definition.deadlineMs !== undefined,
    world: clock => options.world(clock),
    main,
    rival: around => options.rival?.(around) ?? main(around),
    again: (around, ends) => options.again?.(around, ends) ?? main(around),
    usable: (around, ends) => options.usable(around, ends),
    touches: (object, around) => options.touches?.(object, around) ?? false,
  }
}
