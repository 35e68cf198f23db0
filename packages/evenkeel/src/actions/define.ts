import type { Action, ActionDefinition } from './action.ts'
import { checkName, type FindableDefinition, type IdempotentDefinition, type Step } from './step.ts'

/** Declares a step. Once, at module level: what is needed to undo it never lives in a closure. */
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
 * `step` and `action` for an application whose steps work on a `World` (its outside systems) and whose
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
    checkName('step', name)
    return { name, definition, declaredAt: placeOfCall(step) }
  }) as DefineStep<World>

  function action<Request, Input, Output>(
    name: string,
    definition: ActionDefinition<Request, Input, Output, World, Db>,
  ): Action<Request, Input, Output, World, Db> {
    checkName('action', name)
    const names = new Set<string>()
    for (const { name: stepName } of definition.steps) {
      if (names.has(stepName)) throw new TypeError(`action ${name} lists the step ${stepName} twice`)
      names.add(stepName)
    }
    return { name, definition }
  }

  return { step, action }
}

/** File and line from which a function was called, as V8 writes them into stacks. */
function placeOfCall(callee: (...args: never[]) => unknown): string | undefined {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, callee)
  const [, caller] = trace.stack?.split('\n') ?? []
  return caller?.match(/(?:file:\/\/)?([^\s()]+:\d+):\d+\)?$/)?.[1]
}
