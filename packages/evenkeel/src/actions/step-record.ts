import type { Json } from '../exceptions/exception.ts'
import type { Conformed } from './conform.ts'
import type { JournalEvent } from './engine/journal.ts'
import type { LiveAction } from './live-action.ts'
import { type AnyStep, versionOf } from './step.ts'

/** The intent to do a step: what is needed to undo it, should its code be gone by then. */
export function intentOf<World>(
  step: AnyStep<World>,
  path: string,
  input: Json,
  attempt: number,
): JournalEvent {
  const leavesNothing = step.definition.undo === 'nothing'
  return {
    kind: 'intent',
    path,
    step: step.name,
    version: versionOf(step),
    input,
    attempt,
    ...(leavesNothing && { leavesNothing }),
  }
}

/** Writes that a step is done. @returns its output, as it comes out of the journal */
export function done<World, Db>(
  live: LiveAction<World, Db>,
  path: string,
  { json, value }: Conformed,
): unknown {
  // Not awaited: it becomes durable with the next intent, which is before the next effect. Until then a crash
  // leaves the step unknown, and `find` tells.
  live.append({ kind: 'done', path, output: json }).catch((error: unknown) => live.journalFailed(error))
  return value
}
