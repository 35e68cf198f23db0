import type { AttemptView } from 'evenkeel/actions'

/** Attempts in a row that ended alike, which are told as one. */
export type AttemptRun = readonly [first: AttemptView, ...others: AttemptView[]]

/** Puts together what happened again and again: a janitor may try for days, and the page stays readable. */
export function attemptRuns(attempts: readonly AttemptView[]): readonly AttemptRun[] {
  const runs: [AttemptView, ...AttemptView[]][] = []
  for (const attempt of attempts) {
    const run = runs.at(-1)
    if (run !== undefined && endedAlike(run[0], attempt)) run.push(attempt)
    else runs.push([attempt])
  }
  return runs
}

function endedAlike(a: AttemptView, b: AttemptView): boolean {
  return (
    a.effect === b.effect &&
    a.exception?.exception === b.exception?.exception &&
    a.exception?.message === b.exception?.message
  )
}
