import type { Exception } from '../exceptions/index.ts'
import { type Conformed, conformOutput } from './conform.ts'
import { Interruption } from './effect.ts'
import { findSettled } from './find-objects.ts'
import { isUnknown } from './history.ts'
import type { LiveAction } from './live-action.ts'
import type { AnyStep } from './step.ts'
import { removeObject } from './undo.ts'

export interface LocateOptions {
  /** Aborted when no further attempt may begin. */
  readonly interruption: AbortSignal
  /** Why the step is not done so far. What is in the way of another attempt is only what that has left. */
  readonly failure: Exception | undefined
}

/**
 * What an attempt without a known outcome has left: the object to keep, or undefined when there is none and the
 * next attempt may begin. Waits for one that is pending, removes broken ones, and looks again after the settle
 * time before it believes that there is none.
 *
 * @throws what `find` throws after bounded tries: still unknown
 * @throws {LocateOptions.failure} something broken resists its removal: the undo tries that again, and tells
 */
export async function locate<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  options: LocateOptions,
): Promise<Conformed | undefined> {
  if (step.definition.find === undefined) return undefined // idempotent: doing it again is the answer
  const found = await lookOnce(live, step, path, options)
  if (found !== undefined) return found
  const last = live.step(path).attempts.at(-1)
  if (last === undefined || !isUnknown(last)) return undefined
  const { clock, settleMs } = live.parts
  const untilMs = clock.now() + settleMs
  live.tellWaiting({ path, part: 'do', for: 'settling', untilMs })
  await live.restUntil(untilMs, options.interruption)
  return lookOnce(live, step, path, options)
}

async function lookOnce<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  { interruption, failure }: LocateOptions,
): Promise<Conformed | undefined> {
  const objects = await findSettled(live, step, path, interruption)
  const [oldestReady] = objects.filter(({ state }) => state === 'ready')
  if (oldestReady !== undefined) return conformOutput(live, step, path, oldestReady.output)
  // The next attempt changes it again, or puts another in its place.
  if (step.definition.changes || step.definition.replaces) return undefined
  for (const { output } of objects) {
    await removeObject(live, step, path, output).catch((thrown: unknown) => {
      throw thrown instanceof Interruption ? thrown : (failure ?? thrown)
    })
    await live.append({ kind: 'removed', path, object: output.id })
  }
  return undefined
}
