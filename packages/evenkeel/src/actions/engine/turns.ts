/** Lets so many work at once; others wait, first come first served. */
export class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Runs `work` when it is its turn. The work may give the turn back before it is finished. */
  async take<T>(work: (giveBack: () => void) => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    let isHeld = true
    const giveBack = () => {
      if (!isHeld) return
      isHeld = false
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
    try {
      return await work(giveBack)
    } finally {
      giveBack()
    }
  }
}
