import type { Json } from '../exceptions/exception.ts'
import { toException } from '../exceptions/index.ts'
import { conformOutput } from './conform.ts'
import { Interruption } from './effect.ts'
import { ActionMisuseException, BrokenObjectException, PollTimeoutException } from './exceptions.ts'
import { toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'
import type { AnyStep, PollBounds } from './step.ts'
import { done, intentOf } from './step-record.ts'

/**
 * Asks until there is an answer. The first intent in the journal says since when; a question that was under way when
 * the process ended is asked again, and at least once after a restart, however late it is.
 *
 * @returns the answer, as it comes out of the journal
 * @throws {PollTimeoutException} there was none in time: the last question's failure, if it failed, is its cause
 * @throws {BrokenObjectException} there will never be one
 * @throws {Interruption} between two questions, when the interruption is aborted
 */
export async function askUntilAnswered<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World> & { readonly poll: PollBounds },
  path: string,
  input: Json,
  interruption: AbortSignal,
): Promise<unknown> {
  const { clock } = live.parts
  const { everyMs, withinMs } = step.poll
  const last = live.history.steps.get(path)?.attempts.at(-1)
  if (last === undefined || last.effect !== undefined)
    await live.append(intentOf(step, path, input, (last?.attempt ?? 0) + 1))
  const { attempts } = live.step(path)
  const deadlineMs = (attempts[0]?.startedAtMs ?? clock.now()) + withinMs
  const attempt = attempts.length

  try {
    for (;;) {
      const { answer, failure } = await ask(live, step, path, attempt, interruption)
      if (answer !== undefined) return done(live, path, conformOutput(live, step, path, answer))
      if (clock.now() >= deadlineMs) throw new PollTimeoutException(step.name, withinMs, failure)
      const nextMs = Math.min(deadlineMs, clock.now() + everyMs)
      live.tellWaiting({ path, part: 'do', for: 'effect', untilMs: nextMs })
      await live.restUntil(nextMs, interruption)
    }
  } catch (thrown) {
    if (thrown instanceof Interruption) throw thrown
    const exception = toJournaled(toException(thrown))
    await live.append({ kind: 'attempt-failed', path, attempt, effect: 'refused', exception })
    throw thrown
  }
}

async function ask<World, Db>(
  live: LiveAction<World, Db>,
  step: AnyStep<World>,
  path: string,
  attempt: number,
  interruption: AbortSignal,
): Promise<{ readonly answer?: unknown; readonly failure?: unknown }> {
  try {
    const input = live.decodeInput(step, path)
    return {
      answer: await live.call({ step, path, attempt }, interruption, context =>
        step.definition.do(input, context),
      ),
    }
  } catch (failure) {
    const isFinal =
      failure instanceof Interruption ||
      failure instanceof BrokenObjectException ||
      failure instanceof ActionMisuseException
    if (isFinal) throw failure
    return { failure }
  }
}
