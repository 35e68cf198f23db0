import type { ActionView, CurrentWait } from 'evenkeel/actions'

/** How far an action has come. */
export interface ActionProgress {
  readonly state: ActionView['state']
  readonly stepsDone: number
  /** The path of the step or sleep that it is at, if it is at one. */
  readonly currentStep: string | undefined
  /** The latest attempt at it, or at its undo, counted from 1. */
  readonly attempt: number | undefined
  /** After how many it gives up, where somebody counts. */
  readonly attemptsMax: number | undefined
  readonly waits: readonly CurrentWait[]
}

export function progressOf({ state, stepsDone, currentStep, steps, waits }: ActionView): ActionProgress {
  const step = steps.find(({ path }) => path === currentStep)
  const isUndone = step?.state === 'undoing'
  return {
    state,
    stepsDone,
    currentStep,
    attempt: (isUndone ? step.undo : step?.attempts)?.at(-1)?.attempt,
    attemptsMax: isUndone ? undefined : step?.attemptsMax,
    waits,
  }
}
