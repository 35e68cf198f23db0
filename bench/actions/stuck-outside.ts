import { setTimeout as wait } from 'node:timers/promises'
import type { Outside, StepInput } from './five-steps.ts'

const stuckStep = 3

/** Takes the first steps of an action, and of the third one never answers. */
export class StuckOutside implements Outside {
  #stuckCount = 0

  /** Resolves when so many actions are in the middle of their third step. */
  async whenStuck(count: number): Promise<void> {
    while (this.#stuckCount < count) await wait(10)
  }

  async effect({ step }: StepInput): Promise<void> {
    if (step !== stuckStep) return
    this.#stuckCount++
    await new Promise<never>(() => {})
  }

  async find(): Promise<boolean> {
    throw new Error('No answer was lost yet, so nobody has a reason to look.')
  }
}
