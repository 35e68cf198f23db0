import type { ActionSummary } from 'evenkeel/actions'
import { eventually } from '../../src/demo/eventually.ts'
import type { CrashOperator } from './crash-operator.ts'

const withinMs = 120_000
const everyMs = 100

/**
 * Waits until every action has ended, and nothing is watched, left over or waiting for that: what the janitor can
 * clear, it has cleared then.
 *
 * @returns every action there ever was, oldest first
 * @throws {NeverHappenedException} something never ends; says what
 */
export function allOver(operator: CrashOperator): Promise<readonly ActionSummary[]> {
  const tidy = new Set<string>()
  let open: readonly ActionSummary[] = []
  return eventually(
    () => `these actions to be over: ${open.map(inWords).join('; ')}`,
    async () => {
      const actions = await operator.allActions()
      const untidy = actions.filter(({ id }) => !tidy.has(id))
      open = untidy.filter(action => !isOver(action))
      if (open.length > 0) return undefined
      // Only the whole action tells whether a step waits for others to be clean.
      for (const action of untidy) {
        const { steps } = await operator.action(action.id)
        if (steps.some(({ state }) => state === 'deferred')) open = [action]
        else tidy.add(action.id)
      }
      return open.length === 0 ? actions : undefined
    },
    { withinMs, everyMs },
  )
}

function isOver({ state, watchCount, residueCount }: ActionSummary): boolean {
  return (state === 'succeeded' || state === 'rolled-back') && watchCount === 0 && residueCount === 0
}

function inWords({ id, name, state, currentStep, watchCount, residueCount }: ActionSummary): string {
  const at = currentStep === undefined ? '' : ` at ${currentStep}`
  return `${name} ${id} is ${state}${at}, with ${watchCount} watches open and ${residueCount} left over`
}
