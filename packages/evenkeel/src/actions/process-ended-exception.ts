import { DependencyException } from '../exceptions/index.ts'

/** The process ended while an effect was under way: what it did is unknown. */
export class ProcessEndedException extends DependencyException<{ step: string }> {
  constructor(step: string) {
    super(`The process ended while ${step} was under way: what it did is unknown.`, { data: { step } })
  }
}
