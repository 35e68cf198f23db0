import type { ActionSummary, ActionView } from 'evenkeel/actions'
import { eventually, NeverHappenedException } from '../../src/demo/eventually.ts'
import type { CrashOperator } from './crash-operator.ts'
import { type Finding, finding } from './finding.ts'

export interface AllOver {
  /** Every action there ever was, oldest first. */
  readonly actions: readonly ActionSummary[]
  /** Those that are not over, and what about them isn't. */
  readonly findings: readonly Finding[]
}

const withinMs = 120_000
const everyMs = 100

/**
 * Waits until every action has ended, and nothing is watched, left over or waiting for that: what the janitor can
 * clear, it has cleared then.
 */
export async function allOver(operator: CrashOperator): Promise<AllOver> {
  const known = new Set<string>()
  let actions: readonly ActionSummary[] = []
  let open: readonly Finding[] = []
  try {
    await eventually(
      'every action to be over',
      async () => {
        actions = await operator.allActions()
        const undecided = actions.filter(({ id }) => !known.has(id))
        open = undecided.flatMap(whatIsOpen)
        if (open.length > 0) return undefined
        for (const { id } of undecided) {
          const waiting = whatWaits(await operator.action(id))
          if (waiting.length === 0) known.add(id)
          open = [...open, ...waiting]
        }
        return open.length === 0 ? true : undefined
      },
      { withinMs, everyMs },
    )
  } catch (thrown) {
    if (!(thrown instanceof NeverHappenedException)) throw thrown
  }
  return { actions, findings: open }
}

function whatIsOpen({
  id,
  name,
  state,
  currentStep,
  watchCount,
  residueCount,
}: ActionSummary): readonly Finding[] {
  const hasEnded = state === 'succeeded' || state === 'rolled-back'
  if (hasEnded && watchCount === 0 && residueCount === 0) return []
  const at = currentStep === undefined ? '' : ` at ${currentStep}`
  const what = `is ${state}${at} with ${watchCount} watches open and ${residueCount} left over, and should be over`
  return [finding(`${name} ${id}`, what, id)]
}

/** Only the whole action tells whether a step waits for others to be clean. */
function whatWaits({ id, name, steps }: ActionView): readonly Finding[] {
  return steps
    .filter(({ state }) => state === 'deferred')
    .map(({ path }) => finding(`${name} ${id}`, `still defers ${path}, and should be over`, id))
}
