import { toException } from '../exceptions/index.ts'
import { backoffMs } from './backoff.ts'
import { Interruption } from './effect.ts'
import { ActionMisuseException, StepWaitTimeoutException } from './exceptions.ts'
import type { LiveAction } from './live-action.ts'
import { type AnyStep, defaultWaitMs, type Found } from './step.ts'

const findTriesMax = 5
const lookEveryMsMin = 50
const lookEveryMsMax = 2_000

export interface SettledOptions {
  /** Whether a ready object is waited for no longer, whatever becomes of the others. @default true */
  readonly isReadyEnough?: boolean
}

/**
 * The objects under the key, once none is still pending.
 *
 * @throws {StepWaitTimeoutException} one still is, after the step's `waitMs`
 * @throws what `find` throws after bounded tries
 */
export async function findSettled<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  interruption: AbortSignal,
  { isReadyEnough = true }: SettledOptions = {},
): Promise<readonly Found<{ id: string }>[]> {
  const { clock } = live.parts
  const waitMs = step.definition.waitMs ?? defaultWaitMs
  const deadlineMs = clock.now() + waitMs
  for (let everyMs = lookEveryMsMin; ; everyMs = Math.min(lookEveryMsMax, everyMs * 1.5)) {
    const objects = await findObjects(live, step, path, interruption)
    const isPending = objects.some(({ state }) => state === 'pending')
    if (!isPending || (isReadyEnough && objects.some(({ state }) => state === 'ready'))) return objects
    if (clock.now() >= deadlineMs) throw new StepWaitTimeoutException(path, waitMs)
    await live.sleep(everyMs, interruption)
  }
}

/** Asks `find`, a bounded number of times. @throws what it throws at last: nobody can say what is there */
export async function findObjects<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  interruption: AbortSignal,
): Promise<readonly Found<{ id: string }>[]> {
  const { find } = step.definition
  if (find === undefined) return []
  const input = live.decodeInput(step, path)
  for (let attempt = 1; ; attempt++) {
    let found: readonly Found<{ id: string }>[]
    try {
      found = await live.call({ step, path, attempt, part: 'find' }, interruption, context =>
        find({ ...context, input }),
      )
    } catch (thrown) {
      if (thrown instanceof Interruption || attempt >= findTriesMax) throw thrown
      await live.sleep(backoffMs(attempt, live.parts.random(), toException(thrown)), interruption)
      continue
    }
    if (Array.isArray(found)) return found
    const what = 'has a find that gives no list: give every object that carries the key, or an empty one'
    throw new ActionMisuseException(live.action.name, path, what)
  }
}
