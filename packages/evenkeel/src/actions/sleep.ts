import type { LiveAction } from './live-action.ts'

/**
 * Lets time pass. When it ends is journaled before it begins, and that it has ended behind it.
 *
 * @param ms from when it was first asked for, in milliseconds
 * @throws {Interruption} the action is interrupted
 */
export async function sleep<World, Db>(live: LiveAction<World, Db>, path: string, ms: number): Promise<void> {
  const known = live.history.sleeps.get(path)
  const untilMs = known?.untilMs ?? live.parts.clock.now() + ms
  if (known === undefined) await live.append({ kind: 'sleep', path, untilMs })
  live.tellWaiting({ path, part: undefined, for: 'sleep', untilMs })
  await live.restUntil(untilMs, live.forward.signal)
  // Not awaited, as with a step that is done: it becomes durable with the next intent.
  live.append({ kind: 'slept', path }).catch((error: unknown) => live.journalFailed(error))
}
