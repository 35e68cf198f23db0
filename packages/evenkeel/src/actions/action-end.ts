import type { ActionEnd, AnyAction } from './action.ts'
import { EndForgottenException } from './exceptions.ts'
import { type ActionHistory, hasEnded } from './history.ts'
import { fromJournaled } from './journaled-exception.ts'
import type { EngineParts } from './live-action.ts'

/**
 * How an action ends, as its history tells it.
 *
 * @throws {TypeError} its end isn't decided
 * @throws what its schema says of an output of another shape
 */
export function endFrom<World, Db>(
  history: ActionHistory,
  action: AnyAction<World, Db>,
  { encoding, classes }: Pick<EngineParts<World, Db>, 'encoding' | 'classes'>,
  atMs: number,
): ActionEnd<unknown> {
  const { id: actionId, end } = history
  if (end === undefined) throw new TypeError(`the end of action ${actionId} is not decided`)
  if (end.kind === 'rolled-back')
    return { kind: 'rolled-back', actionId, atMs, cause: fromJournaled(end.cause, classes) }
  const output =
    end.output === undefined ? undefined : action.definition.output.parse(encoding.decode(end.output))
  return { kind: 'succeeded', actionId, atMs, output }
}

/**
 * How an action ended that nobody drives any more.
 *
 * @param history undefined if the journal has none that can be read
 * @throws {EndForgottenException} it can't be told
 */
export function pastEndOf<World, Db>(
  actionId: string,
  history: ActionHistory | undefined,
  action: AnyAction<World, Db>,
  parts: Pick<EngineParts<World, Db>, 'encoding' | 'classes'>,
): ActionEnd<unknown> {
  if (history === undefined)
    throw new EndForgottenException(action.name, actionId, 'its history is gone from the journal')
  if (!hasEnded(history))
    throw new EndForgottenException(
      action.name,
      actionId,
      'it is unfinished, and this process can not go on with it',
    )
  try {
    return endFrom(history, action, parts, history.endedAtMs ?? history.startedAtMs)
  } catch (thrown) {
    const why = 'its output can not be read again (a secret in it is dropped when all is done)'
    throw new EndForgottenException(action.name, actionId, why, thrown)
  }
}
