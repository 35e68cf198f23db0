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

interface Waiting<Place> {
  readonly place: Place
  readonly turnToCome: PromiseWithResolvers<void>
}

/**
 * Lets results out to `run` one at a time and in the order in which the journal has them: those of before a restart,
 * and new ones as they come. What depends on which of two is first (`Promise.race`) is then the same at every replay.
 */
export class Completions {
  readonly #completed: readonly string[]
  /** What the journal has as begun and `run` has not asked for. */
  #unasked: readonly string[]
  readonly #onStuck: (missing: string, asked: string) => void
  // (lists, since nearly always they are empty: ten thousand open actions would have as many empty maps)
  #replayed: readonly Waiting<string>[] = []
  #fresh: readonly Waiting<string>[] = []
  #early: readonly Waiting<number>[] = []
  #released = 0
  #comingToRest: Promise<void> | undefined
  #isStopped = false

  constructor({ completed, begun, onStuck }: CompletionsOptions) {
    this.#completed = completed
    this.#unasked = begun
    this.#onStuck = onStuck
  }

  /** What the journal has and nobody has asked for yet. */
  get missing(): string | undefined {
    return this.#completed[this.#released] ?? this.#unasked[0]
  }

  /** Nothing comes out any more. */
  stop(): void {
    this.#isStopped = true
    for (const { turnToCome } of [...this.#replayed, ...this.#fresh, ...this.#early])
      turnToCome.reject(new Interruption())
  }

  /** Resolves when it is this path's turn: in order for one that is completed, after all of those for another. */
  async turnOf(path: string): Promise<void> {
    if (this.#isStopped) throw new Interruption()
    this.#unasked = this.#unasked.filter(other => other !== path)
    const isCompleted = this.#completed.includes(path)
    if (!isCompleted && this.missing === undefined) return
    const waiting = { place: path, turnToCome: Promise.withResolvers<void>() }
    if (isCompleted) this.#replayed = [...this.#replayed, waiting]
    else this.#fresh = [...this.#fresh, waiting]
    void this.#pump()
    await waiting.turnToCome.promise
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
      const waiting = { place: order, turnToCome: Promise.withResolvers<void>() }
      this.#early = [...this.#early, waiting]
      await waiting.turnToCome.promise
      this.#early = this.#early.filter(other => other !== waiting)
    }
    await this.#comingToRest
    if (this.#isStopped) throw new Interruption()
    this.#released++
    this.#comingToRest = isAlone ? undefined : turn()
    this.#early.find(({ place }) => place === this.#released)?.turnToCome.resolve()
  }

  async #pump(): Promise<void> {
    // What the last result set in motion comes to rest first, so that everything asks before anything is released.
    await turn()
    if (this.#isStopped) return
    const next = this.#completed[this.#released]
    const asker = this.#replayed.find(({ place }) => place === next)
    if (asker !== undefined) {
      this.#replayed = this.#replayed.filter(other => other !== asker)
      this.#released++
      asker.turnToCome.resolve()
      void this.#pump()
      return
    }
    const { missing } = this
    const [asked] = [...this.#replayed, ...this.#fresh]
    if (asked === undefined) return
    if (missing !== undefined) return this.#onStuck(missing, asked.place)
    for (const { turnToCome } of this.#fresh) turnToCome.resolve()
    this.#fresh = []
  }
}
