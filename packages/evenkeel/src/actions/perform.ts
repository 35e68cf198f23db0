import type { Json } from '../exceptions/exception.ts'
import { type Exception, toException } from '../exceptions/index.ts'
import { backoffMs } from './backoff.ts'
import { conformOutput } from './conform.ts'
import { effectOf, Interruption } from './effect.ts'
import { ActionMisuseException, StepBusyException } from './exceptions.ts'
import { isUnknown } from './history.ts'
import { fromJournaled, toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'
import { locate } from './locate.ts'
import { askUntilAnswered } from './poll.ts'
import { ProcessEndedException } from './process-ended-exception.ts'
import { type AnyStep, defaultAttempts } from './step.ts'
import { done, intentOf } from './step-record.ts'

export interface PerformOptions {
  /** Aborted when no further attempt may begin. */
  readonly interruption: AbortSignal
  /** @default the step's own bound */
  readonly attemptsMax?: number
}

/**
 * Does a step: intent before effect, a bounded number of attempts, and for every attempt whose outcome is
 * unknown or broken first a look at what is there. Goes on where an earlier process stopped.
 *
 * @returns the output, as it comes out of the journal
 * @throws {Interruption} before the next attempt or in a wait, when the interruption is aborted
 * @throws the exception of the last attempt, when the bound is reached or the system refused
 */
export async function perform<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  input: Json,
  { interruption, attemptsMax = step.definition.attempts ?? defaultAttempts }: PerformOptions,
): Promise<unknown> {
  if (step.poll !== undefined)
    return askUntilAnswered(live, { ...step, poll: step.poll }, path, input, interruption)
  await closeAbandonedAttempt(live, path)
  if (live.history.isResumed && step.definition.find !== undefined)
    await supposeAttempt(live, step, path, input)
  for (;;) {
    const attempts = live.history.steps.get(path)?.attempts ?? []
    const last = attempts.at(-1)
    const failure = last?.exception && fromJournaled(last.exception, live.parts.classes)
    // At every turn, not only after the lost answer: what comes late may be what makes the next attempts busy.
    if (attempts.some(({ effect }) => effect === 'unknown' || effect === 'broken')) {
      const found = await locate(live, step, path, { interruption, failure })
      if (found !== undefined) return done(live, path, found)
    }
    if (failure !== undefined && attempts.length >= attemptsMax)
      throw final(failure, step.name, attempts.length)
    if (failure !== undefined) {
      const untilMs = live.parts.clock.now() + backoffMs(attempts.length, live.parts.random(), failure)
      live.tellWaiting({ path, part: 'do', for: 'busy', untilMs })
      await live.restUntil(untilMs, interruption)
    }
    if (interruption.aborted) throw new Interruption()

    const attempt = attempts.length + 1
    await live.append(intentOf(step, path, input, attempt))
    try {
      const output = await live.call({ step, path, attempt }, interruption, context =>
        step.definition.do(live.decodeInput(step, path), context),
      )
      return done(live, path, conformOutput(live, step, path, output))
    } catch (thrown) {
      if (thrown instanceof Interruption) throw thrown
      const exception = toException(thrown)
      const effect = effectOf(exception)
      await live.append({ kind: 'attempt-failed', path, attempt, effect, exception: toJournaled(exception) })
      // Something was done, and what came of it can't be kept: another attempt would come to the same.
      if (exception instanceof ActionMisuseException) throw exception
      if (effect !== 'refused') continue
      // What refuses this attempt may be the effect of an earlier one whose answer was lost.
      const located = { interruption, failure: exception }
      const found = attempts.some(isUnknown) ? await locate(live, step, path, located) : undefined
      if (found === undefined) throw exception
      return done(live, path, found)
    }
  }
}

/** An attempt of which the journal may know nothing: what it has left is found, and looked out for. */
async function supposeAttempt<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  input: Json,
): Promise<void> {
  if (live.history.steps.has(path)) return
  const exception = toJournaled(new ProcessEndedException(path))
  await live.append(intentOf(step, path, input, 1), {
    kind: 'attempt-failed',
    path,
    attempt: 1,
    effect: 'unknown',
    exception,
  })
}

/** An attempt that was under way when the process ended has an unknown outcome. */
async function closeAbandonedAttempt<World, Db>(live: LiveAction<World, Db>, path: string): Promise<void> {
  const last = live.history.steps.get(path)?.attempts.at(-1)
  if (last === undefined || last.effect !== undefined) return
  const exception = toJournaled(new ProcessEndedException(path))
  await live.append({ kind: 'attempt-failed', path, attempt: last.attempt, effect: 'unknown', exception })
}

function final(failure: Exception, step: string, attempts: number): Exception {
  return effectOf(failure) === 'busy' ? new StepBusyException(step, attempts, failure) : failure
}
