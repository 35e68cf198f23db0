import type { Scope } from './scope.ts'

/** What `run` has asked for and has no answer to yet. */
export class UnderWay {
  readonly #calls = new Map<Promise<unknown>, { readonly path: string; readonly scope: Scope }>()
  readonly #effects = new Set<Promise<unknown>>()

  /** The path of one, if there is any; one in a branch that was given up will never have an answer, and doesn't count. */
  get first(): string | undefined {
    return [...this.#calls.values()].find(({ scope }) => !scope.isClosed)?.path
  }

  /** Whether not more than one of them journals something. */
  get isAlone(): boolean {
    return this.#effects.size <= 1
  }

  begin(call: Promise<unknown>, path: string, scope: Scope): void {
    this.#calls.set(call, { path, scope })
  }

  end(call: Promise<unknown>): void {
    this.#calls.delete(call)
  }

  /** Counts a call that journals something, until it settles. */
  trackEffect(effect: Promise<unknown>): void {
    this.#effects.add(effect)
    const forget = () => this.#effects.delete(effect)
    effect.then(forget, forget)
  }

  /** Resolves when all that journal something have settled or timed out. */
  async effectsSettled(): Promise<void> {
    await Promise.allSettled(this.#effects)
  }
}
