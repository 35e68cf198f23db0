import { type Exception, toException } from '../exceptions/index.ts'
import { backoffMs } from './backoff.ts'
import { effectOf, Interruption, type TimeBudget } from './effect.ts'
import { findObjects, findSettled } from './find-objects.ts'
import { isUnknown, type StepHistory } from './history.ts'
import { toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'
import { ProcessEndedException } from './process-ended-exception.ts'
import type { AnyStep } from './step.ts'

export const undoAttemptsMax = 3
const undoMsMax = 10_000

/**
 * Undoes a step: an effect like any other, with intent, a look at what is there, and bounded attempts: three, or ten
 * seconds in all (waiting for an accepted deletion isn't counted). Only a shutdown interrupts it.
 *
 * @returns undefined when it is undone, or what the last attempt failed with; without its code, that
 * @throws {Interruption} at a shutdown
 */
export async function undoStep<World, Db>(
  live: LiveAction<World, Db>,
  path: string,
  attemptsMax = undoAttemptsMax,
): Promise<Exception | undefined> {
  const step = live.codeIfKnown(path)
  if (step === undefined) return live.unknownStep(path)
  await closeAbandonedUndo(live, path)
  const triedBefore = live.step(path).undo.length
  const budget: TimeBudget = { leftMs: undoMsMax }
  for (let tries = 1; ; tries++) {
    if (live.parts.shutdown.aborted) throw new Interruption()
    const attempt = triedBefore + tries
    await live.append({ kind: 'undo-intent', path, attempt })
    const failure = await sweep(live, step, path, { attempt, budget })
    if (failure === undefined) {
      await live.append({ kind: 'undone', path })
      return undefined
    }
    await live.append({
      kind: 'undo-failed',
      path,
      attempt,
      effect: effectOf(failure),
      exception: toJournaled(failure),
    })
    if (tries >= attemptsMax || budget.leftMs === 0) return failure
    if (effectOf(failure) === 'busy') await untilNothingIsPending(live, step, path)
    const waitMs = backoffMs(tries, live.parts.random(), failure)
    live.tellWaiting({ path, part: 'undo', for: 'busy', untilMs: live.parts.clock.now() + waitMs })
    await live.sleep(waitMs, live.parts.shutdown)
  }
}

/** What a system is still making, it may refuse to remove as busy: then that is awaited before the next attempt. */
async function untilNothingIsPending<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
): Promise<void> {
  if (step.definition.find === undefined) return
  try {
    await findSettled(live, step, path, live.parts.shutdown, { isReadyEnough: false })
  } catch (thrown) {
    if (thrown instanceof Interruption) throw thrown
    // Nobody can say what is pending, or it takes too long: the next attempt will tell.
  }
}

/** Whether a step may have left something that has to be undone. */
export function owesUndo({ attempts, doneOrder, output, undoneAtMs, leavesNothing }: StepHistory): boolean {
  if (undoneAtMs !== undefined || leavesNothing) return false
  const isDone = doneOrder !== undefined && output !== undefined
  return isDone || attempts.some(attempt => isUnknown(attempt) || attempt.effect === 'broken')
}

export interface SweepOptions {
  /** The id of the object that stays. @default none */
  readonly keep?: string | undefined
  /** @default 1 */
  readonly attempt?: number
  /** @default 10 s */
  readonly budget?: TimeBudget
  readonly onRemoved?: (object: string) => void
}

/**
 * Undoes every object of a step but the one to keep, each by itself: one that resists does not protect the others.
 *
 * @returns undefined when none is left, or the first failure
 * @throws {Interruption} at a shutdown
 */
export async function sweep<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  { keep, attempt = 1, budget = { leftMs: undoMsMax }, onRemoved }: SweepOptions = {},
): Promise<Exception | undefined> {
  const { undo, find } = step.definition
  if (undo === 'nothing') return undefined
  const { attempts, output } = live.step(path)
  let failure: Exception | undefined
  const remember = (thrown: unknown) => {
    if (thrown instanceof Interruption) throw thrown
    failure ??= toException(thrown)
  }

  let objects: unknown[] = output === undefined && find === undefined ? [undefined] : []
  try {
    if (output !== undefined) objects = [live.decodeOutput(step, path)]
  } catch (thrown) {
    remember(thrown) // it was written by another version: `find` may still tell what is there
  }
  const isEveryObjectKnown = attempts.every(
    ({ effect }) => effect === 'done' || effect === 'busy' || effect === 'refused',
  )
  if (find !== undefined && !isEveryObjectKnown) {
    try {
      const found = await findObjects(live, step, path, live.parts.shutdown)
      objects = found.map(object => object.output)
    } catch (thrown) {
      remember(thrown) // nobody can say what is there: what is known is undone all the same
    }
  }
  for (const object of objects) {
    const id = idOf(object)
    if (id !== undefined && id === keep) continue
    try {
      await undoObject(live, step, path, object, { attempt, budget })
      if (id !== undefined) onRemoved?.(id)
    } catch (thrown) {
      remember(thrown)
    }
  }
  return failure
}

/** Removes one object under a step's key, with bounded attempts. @throws what the last attempt threw */
export async function removeObject<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  object: unknown,
): Promise<void> {
  const budget: TimeBudget = { leftMs: undoMsMax }
  for (let attempt = 1; ; attempt++) {
    try {
      return await undoObject(live, step, path, object, { attempt, budget })
    } catch (thrown) {
      if (thrown instanceof Interruption || attempt >= undoAttemptsMax || budget.leftMs === 0) throw thrown
      await live.sleep(backoffMs(attempt, live.parts.random(), toException(thrown)), live.parts.shutdown)
    }
  }
}

async function undoObject<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  object: unknown,
  { attempt, budget }: { attempt: number; budget: TimeBudget },
): Promise<void> {
  const { undo } = step.definition
  if (undo === 'nothing') return
  const input = live.decodeInput(step, path)
  await live.call({ step, path, attempt, part: 'undo', budget }, live.parts.shutdown, context =>
    undo(object, { ...context, input }),
  )
}

async function closeAbandonedUndo<World, Db>(live: LiveAction<World, Db>, path: string): Promise<void> {
  const last = live.step(path).undo.at(-1)
  if (last === undefined || last.effect !== undefined) return
  const exception = toJournaled(new ProcessEndedException(`${path} undo`))
  await live.append({ kind: 'undo-failed', path, attempt: last.attempt, effect: 'unknown', exception })
}

function idOf(object: unknown): string | undefined {
  const id = (object as { readonly id?: unknown } | undefined)?.id
  return typeof id === 'string' ? id : undefined
}
