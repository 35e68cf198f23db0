import type { StepOptions } from './action.ts'
import { checkName } from './step.ts'

/** Closed when one of several branches has failed: nothing more begins in any of them. */
export class Gate {
  readonly #underWay = new Set<Promise<unknown>>()
  #isClosed = false

  get isClosed(): boolean {
    return this.#isClosed
  }

  close(): void {
    this.#isClosed = true
  }

  track(working: Promise<unknown>): void {
    this.#underWay.add(working)
    const forget = () => this.#underWay.delete(working)
    working.then(forget, forget)
  }

  /** Resolves when what was under way has settled. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }
}

/** A part of `run`: where its paths begin, and the branches that it is in. */
export class Scope {
  readonly #prefix: string
  readonly #gates: readonly Gate[]

  constructor(prefix = '', gates: readonly Gate[] = []) {
    this.#prefix = prefix
    this.#gates = gates
  }

  get isBranch(): boolean {
    return this.#gates.length > 0
  }

  /** Whether a branch beside this one, or around it, has failed. */
  get isClosed(): boolean {
    return this.#gates.some(gate => gate.isClosed)
  }

  track(working: Promise<unknown>): void {
    for (const gate of this.#gates) gate.track(working)
  }

  /** @throws {TypeError} the name isn't one that paths can be made of */
  under(what: string, name: string, gate?: Gate): Scope {
    checkName(what, name)
    return new Scope(`${this.#prefix}${name}/`, gate === undefined ? this.#gates : [...this.#gates, gate])
  }

  /** @throws {TypeError} `as` isn't one that paths can be made of */
  pathOf(name: string, { as }: StepOptions = {}): string {
    if (as !== undefined) checkName('step', as)
    return `${this.#prefix}${name}${as === undefined ? '' : `/${as}`}`
  }
}
