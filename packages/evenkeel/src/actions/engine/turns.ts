/** Lets so many work at once; others wait, first come first served. */
export class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Runs `work` when it is its turn. The work may give the turn back before it is finished, and take one again. */
  async take<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    const turn = new Turn(
      () => this.#next(),
      () => this.#pass(),
    )
    await turn.take()
    try {
      return await work(turn)
    } finally {
      turn.giveBack()
    }
  }

  async #next(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #pass(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}

/** One of the turns, while somebody has it. */
export class Turn {
  readonly #next: () => Promise<void>
  readonly #pass: () => void
  #taking: Promise<void> | undefined

  constructor(next: () => Promise<void>, pass: () => void) {
    this.#next = next
    this.#pass = pass
  }

  /** Resolves when it is had; several may ask for it, and it is taken once. */
  take(): Promise<void> {
    this.#taking ??= this.#next()
    return this.#taking
  }

  /** For whoever is waiting. Nothing happens if it isn't had. */
  giveBack(): void {
    if (this.#taking === undefined) return
    // It may still be waited for: then it is passed on as soon as it comes.
    void this.#taking.then(() => this.#pass())
    this.#taking = undefined
  }
}
