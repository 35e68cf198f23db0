import type { StepHistory } from './history.ts'
import type { LiveAction } from './live-action.ts'
import { residueAfter } from './residue.ts'
import { owesUndo, undoStep } from './undo.ts'

/**
 * Undoes what did or may have happened, one step at a time: unknown ones first (newest intent first), then
 * finished ones (newest completion first). Goes on past one that fails, which becomes residue.
 *
 * @throws {Interruption} at a shutdown; the next start goes on from there
 */
export function rollBack<World, Db>(live: LiveAction<World, Db>): Promise<void> {
  return undoAll(live, [...live.history.steps.values()])
}

/**
 * Undoes what steps may have left that failed and that `run` went on without: nobody else will, since the action
 * succeeds.
 *
 * @throws {Interruption} at a shutdown; the next start goes on from there
 */
export function undoFailed<World, Db>(live: LiveAction<World, Db>): Promise<void> {
  const steps = [...live.history.steps.values()]
  return undoAll(
    live,
    steps.filter(({ failure, isPastPivot }) => failure !== undefined && !isPastPivot),
  )
}

async function undoAll<World, Db>(live: LiveAction<World, Db>, steps: readonly StepHistory[]): Promise<void> {
  for (const { path } of inUndoOrder(steps)) {
    const code = live.codeIfKnown(path)?.definition
    if (code?.undo === 'nothing') continue
    if (code?.onlyWhenClean) {
      await live.append({ kind: 'deferred', path })
      continue
    }
    const failure = await undoStep(live, path)
    if (failure !== undefined) await residueAfter(live, path, failure)
  }
}

/** What is still to be undone, in the order in which it is. Exported for its tests. */
export function inUndoOrder(steps: readonly StepHistory[]): readonly StepHistory[] {
  const owed = steps.filter(step => owesUndo(step) && step.residue === undefined && !step.isDeferred)
  const unknown = owed.filter(step => step.output === undefined).reverse()
  const finished = owed
    .filter(step => step.output !== undefined)
    .sort((a, b) => (b.doneOrder ?? 0) - (a.doneOrder ?? 0))
  return [...unknown, ...finished]
}
