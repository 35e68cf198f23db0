import { toException } from '../exceptions/index.ts'
import { backoffMs } from './backoff.ts'
import { type Conformed, conformOutput } from './conform.ts'
import { Interruption } from './effect.ts'
import { ActionMisuseException, StepWaitTimeoutException } from './exceptions.ts'
import { isUnknown } from './history.ts'
import type { LiveAction } from './live-action.ts'
import { type AnyStep, defaultWaitMs, type Found } from './step.ts'
import { removeObject } from './undo.ts'

const findTriesMax = 5
const lookEveryMsMin = 50
const lookEveryMsMax = 2_000

/**
 * What an attempt without a known outcome has left: the object to keep, or undefined when there is none and the
 * next attempt may begin. Waits for one that is pending, removes broken ones, and looks again after the settle
 * time before it believes that there is none.
 *
 * @throws what `find` throws after bounded tries: still unknown
 */
export async function locate<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  interruption: AbortSignal,
): Promise<Conformed | undefined> {
  if (step.definition.find === undefined) return undefined // idempotent: doing it again is the answer
  const found = await lookOnce(live, step, path, interruption)
  if (found !== undefined) return found
  const last = live.step(path).attempts.at(-1)
  if (last === undefined || !isUnknown(last)) return undefined
  const { clock, settleMs } = live.parts
  live.tellWaiting({ path, part: 'do', for: 'settling', untilMs: clock.now() + settleMs })
  await live.sleep(settleMs, interruption)
  return lookOnce(live, step, path, interruption)
}

async function lookOnce<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  interruption: AbortSignal,
): Promise<Conformed | undefined> {
  const objects = await findSettled(live, step, path, interruption)
  const [oldestReady] = objects.filter(({ state }) => state === 'ready')
  if (oldestReady !== undefined) return conformOutput(live, step, path, oldestReady.output)
  // What was changed into an error state can't be removed: the next attempt changes it again.
  if (step.definition.changes) return undefined
  for (const { output } of objects) {
    await removeObject(live, step, path, output)
    await live.append({ kind: 'removed', path, object: output.id })
  }
  return undefined
}

/** The objects under the key, once there is a ready one or none that is still pending. */
async function findSettled<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  interruption: AbortSignal,
): Promise<readonly Found<{ id: string }>[]> {
  const { clock } = live.parts
  const waitMs = step.definition.waitMs ?? defaultWaitMs
  const deadlineMs = clock.now() + waitMs
  for (let everyMs = lookEveryMsMin; ; everyMs = Math.min(lookEveryMsMax, everyMs * 1.5)) {
    const objects = await findObjects(live, step, path, interruption)
    const isPending = objects.some(({ state }) => state === 'pending')
    if (!isPending || objects.some(({ state }) => state === 'ready')) return objects
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
