import { setImmediate as turn } from 'node:timers/promises'
import { Interruption } from './effect.ts'

export interface CompletionsOptions {
  /** What the journal has as completed, in that order. */
  readonly completed: readonly string[]
  /** What the journal has as begun and not completed. */
  readonly begun: readonly string[]
  /** Told when `run` waits for something else than the journal has: the first that is missing, and what is asked instead. */
  readonly onStuck: (missing: string, asked: string) => void
}

/**
 * Lets results out to `run` one at a time and in the order in which the journal has them: those of before a restart,
 * and new ones as they come. What depends on which of two is first (`Promise.race`) is then the same at every replay.
 */
export class Completions {
  readonly #completed: readonly string[]
  readonly #begun: ReadonlySet<string>
  readonly #onStuck: (missing: string, asked: string) => void
  readonly #asked = new Set<string>()
  readonly #replayed = new Map<string, PromiseWithResolvers<void>>()
  readonly #fresh = new Map<string, PromiseWithResolvers<void>>()
  readonly #early = new Map<number, PromiseWithResolvers<void>>()
  #released = 0
  #comingToRest: Promise<void> | undefined
  #isStopped = false

  constructor({ completed, begun, onStuck }: CompletionsOptions) {
    this.#completed = completed
    this.#begun = new Set(begun)
    this.#onStuck = onStuck
  }

  /** What the journal has and nobody has asked for yet. */
  get missing(): string | undefined {
    return this.#completed[this.#released] ?? [...this.#begun].find(path => !this.#asked.has(path))
  }

  /** Nothing comes out any more. */
  stop(): void {
    this.#isStopped = true
    for (const waiting of [...this.#replayed.values(), ...this.#fresh.values(), ...this.#early.values()])
      waiting.reject(new Interruption())
  }

  /** Resolves when it is this path's turn: in order for one that is completed, after all of those for another. */
  async turnOf(path: string): Promise<void> {
    if (this.#isStopped) throw new Interruption()
    this.#asked.add(path)
    const isCompleted = this.#completed.includes(path)
    if (!isCompleted && this.missing === undefined) return
    const turnToCome = Promise.withResolvers<void>()
    if (isCompleted) this.#replayed.set(path, turnToCome)
    else this.#fresh.set(path, turnToCome)
    void this.#pump()
    await turnToCome.promise
  }

  /**
   * Resolves when a new result may come out: after those that the journal has before it, and after what the last one
   * set in motion has come to rest.
   *
   * @param order its place among all completions of the action
   * @param isAlone nothing else is under way, so that no other result can overtake what this one sets in motion
   */
  async letOut(order: number, { isAlone }: { isAlone: boolean }): Promise<void> {
    if (this.#isStopped) throw new Interruption()
    if (order > this.#released) {
      const turnToCome = Promise.withResolvers<void>()
      this.#early.set(order, turnToCome)
      await turnToCome.promise
      this.#early.delete(order)
    }
    await this.#comingToRest
    if (this.#isStopped) throw new Interruption()
    this.#released++
    this.#comingToRest = isAlone ? undefined : turn()
    this.#early.get(this.#released)?.resolve()
  }

  async #pump(): Promise<void> {
    // What the last result set in motion comes to rest first, so that everything asks before anything is released.
    await turn()
    if (this.#isStopped) return
    const next = this.#completed[this.#released]
    const asker = next === undefined ? undefined : this.#replayed.get(next)
    if (next !== undefined && asker !== undefined) {
      this.#replayed.delete(next)
      this.#released++
      asker.resolve()
      void this.#pump()
      return
    }
    const { missing } = this
    const [asked] = [...this.#replayed.keys(), ...this.#fresh.keys()]
    if (asked === undefined) return
    if (missing !== undefined) return this.#onStuck(missing, asked)
    for (const fresh of this.#fresh.values()) fresh.resolve()
    this.#fresh.clear()
  }
}
