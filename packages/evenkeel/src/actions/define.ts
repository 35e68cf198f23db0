import type { Action, ActionDefinition } from './action.ts'
import { checkAction, checkPoll, checkStep } from './define-checks.ts'
import {
  defaultPollMs,
  type EffectContext,
  type FindableDefinition,
  type IdempotentDefinition,
  type PollDefinition,
  type Step,
} from './step.ts'

/**
 * Declares a step. Once, at module level: what is needed to undo it never lives in a closure.
 *
 * @throws {TypeError} the definition can't work
 */
interface DefineStep<World> {
  <Input, Output extends { readonly id: string }>(
    name: string,
    definition: FindableDefinition<Input, Output, World>,
  ): Step<Input, Output, World>
  <Input, Output>(
    name: string,
    definition: IdempotentDefinition<Input, Output, World>,
  ): Step<Input, Output, World>
}

/**
 * `step`, `poll` and `action` for an application whose steps work on a `World` (its outside systems) and whose
 * records are in a `Db`.
 *
 * @example
 * export const { step, action } = actionsOn<Cloud, Kysely<Tables>>()
 *
 * export const createPort = step('network.port', {
 *   input: PortRequest,
 *   output: Port,
 *   do: (input, { key, world }) => world.network.createPort({ ...input, key }),
 *   find: ({ key, world }) => world.network.findPorts(key),
 *   undo: (port, { world }) => world.network.deletePort(port.id),
 * })
 */
export function actionsOn<World, Db>() {
  // One implementation serves both overloads: which kind it is shows in the definition itself.
  const step = ((name: string, definition: Step<unknown, unknown, World>['definition']) => {
    const defined = { name, definition, declaredAt: placeOfCall(step) }
    checkStep(defined)
    return defined
  }) as DefineStep<World>

  /**
   * Declares a question that is asked until there is an answer; used like a step. How long it takes counts from the
   * first question, across restarts, and a crash is no failed question.
   *
   * @example
   * export const jobReady = poll('job.ready', {
   *   input: Job,
   *   output: Result,
   *   ask: ({ id }, { world }) => world.jobs.resultOf(id), // undefined: not yet
   *   everyMs: 5_000,
   *   withinMs: 3_600_000,
   * })
   *
   * @throws {TypeError} the definition can't work
   */
  function poll<Input, Output>(
    name: string,
    definition: PollDefinition<Input, Output, World>,
  ): Step<Input, Output, World> {
    const { ask, everyMs = defaultPollMs, withinMs, ...rest } = definition
    checkPoll(name, { everyMs, withinMs })
    const defined: Step<Input, Output, World> = {
      name,
      declaredAt: placeOfCall(poll),
      poll: { everyMs, withinMs },
      definition: {
        ...rest,
        idempotent: true,
        undo: 'nothing',
        // What has no answer yet never reaches the output's schema: the engine asks again.
        do: ask as (input: Input, context: EffectContext<World>) => Promise<Output>,
      },
    }
    checkStep(defined)
    return defined
  }

  /** @throws {TypeError} the definition can't work */
  function action<Request, Input, Output>(
    name: string,
    definition: ActionDefinition<Request, Input, Output, World, Db>,
  ): Action<Request, Input, Output, World, Db> {
    const defined = { name, definition }
    checkAction(defined)
    return defined
  }

  return { step, poll, action }
}

/** File and line from which a function was called, as V8 writes them into stacks. */
function placeOfCall(callee: (...args: never[]) => unknown): string | undefined {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, callee)
  const [, caller] = trace.stack?.split('\n') ?? []
  return caller?.match(/(?:file:\/\/)?([^\s()]+:\d+):\d+\)?$/)?.[1]
}
