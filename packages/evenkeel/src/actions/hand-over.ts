import type { LiveAction } from './live-action.ts'

/**
 * Whether what an ended action still watches is a deletion's matter now: something that its late effects would change is going to be gone.
 * What stays is watched on.
 */
export function isHandedTo<World, Db>(
  deletion: LiveAction<World, Db>,
  watching: LiveAction<World, Db>,
): boolean {
  const removed = new Set(locksThat('removes', deletion))
  return locksThat('changes', watching).some(lock => removed.has(lock))
}

/**
 * Ends the watches that guard a lock, when the lock is handed to a deletion: what they guard is going to be gone. What else
 * they have kept is given back with it.
 */
export async function handOverWatches<World, Db>(live: LiveAction<World, Db>): Promise<void> {
  const guarding = [...live.history.steps.values()].filter(
    ({ path, watch }) => watch !== undefined && live.codeIfKnown(path)?.definition.changes === true,
  )
  await live.append(...guarding.map(({ path }) => ({ kind: 'watch-closed' as const, path })))
  live.parts.locks.release(live.history.id)
}

/** Those of its locks whose things an action removes, or changes: all of them where it does not say. */
function locksThat<World, Db>(does: 'removes' | 'changes', live: LiveAction<World, Db>): readonly string[] {
  const { definition } = live.action
  const { version, locks } = live.history
  // Another version of it has another input.
  const said = definition.version === version ? definition[does]?.(live.input) : undefined
  return said ?? locks
}
