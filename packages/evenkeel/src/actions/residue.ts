import type { Exception } from '../exceptions/index.ts'
import { toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'

const retryMsMax = 300_000

/** Writes down that a step could not be finished or undone yet, and when it is tried again: at growing intervals, for ever. */
export async function residueAfter<World, Db>(
  live: LiveAction<World, Db>,
  path: string,
  exception: Exception,
): Promise<void> {
  const tries = live.step(path).residue?.tries ?? 0
  const waitMs = Math.min(retryMsMax, Math.max(1_000, live.parts.settleMs) * 2 ** tries)
  const nextTryMs = live.parts.clock.now() + Math.max(waitMs, exception.retryAfterMs ?? 0)
  await live.append({ kind: 'residue', path, exception: toJournaled(exception), nextTryMs })
}
