import { toException } from '../exceptions/index.ts'
import { Interruption } from './effect.ts'
import { toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'
import { perform } from './perform.ts'
import { residueAfter } from './residue.ts'

/**
 * Finishes the steps behind a pivot, in their order, from the journal alone. One that fails becomes residue and
 * the next goes on; one marked `onlyWhenClean` waits until nothing else is left over.
 *
 * @throws {Interruption} at a shutdown; the next start goes on from there
 */
export async function finishPastPivot<World, Db>(live: LiveAction<World, Db>): Promise<void> {
  for (const { path, output, residue, isDeferred, isPastPivot } of live.history.steps.values()) {
    if (!isPastPivot || output !== undefined || residue !== undefined || isDeferred) continue
    if (live.codeIfKnown(path)?.definition.onlyWhenClean) {
      await live.append({ kind: 'deferred', path })
    } else {
      await finishStep(live, path)
    }
  }
}

/** Does one step behind the pivot; what stops it is written down as residue. @throws {Interruption} at a shutdown */
export async function finishStep<World, Db>(live: LiveAction<World, Db>, path: string): Promise<void> {
  const { input, residue, attempts } = live.step(path)
  // A try of the janitor is one more attempt, beyond the bound that was reached.
  const bound = residue === undefined ? {} : { attemptsMax: attempts.length + 1 }
  try {
    await perform(live, live.codeOf(path), path, input, { interruption: live.parts.shutdown, ...bound })
    if (residue !== undefined) await live.append({ kind: 'residue-cleared', path })
  } catch (thrown) {
    if (thrown instanceof Interruption) throw thrown
    const exception = toException(thrown)
    if (residue === undefined)
      await live.append({ kind: 'step-failed', path, exception: toJournaled(exception) })
    await residueAfter(live, path, exception)
  }
}
