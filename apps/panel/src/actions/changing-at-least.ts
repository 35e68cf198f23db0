import type { StepCaller } from 'evenkeel/actions'
import type { PanelWorld } from './define.ts'

/**
 * Does the work, which takes so long at least that who looks right after asking for it still sees its object changing.
 *
 * @param ms milliseconds; 0 for no longer than it takes
 */
export async function changingAtLeast<Output>(
  ms: number,
  step: StepCaller<PanelWorld>,
  work: (step: StepCaller<PanelWorld>) => Promise<Output>,
): Promise<Output> {
  if (ms === 0) return work(step)
  const { made } = await step.all({ made: work, shown: branch => branch.sleep('changing', ms) })
  return made
}
