import type { Turn } from './engine/turns.ts'

/** An action's turn among all that run: not held while nothing of it does anything but let time pass. */
export class Pace {
  #turn: Turn | undefined
  #working = 0
  #resting = 0

  /** @param turn what it has taken, and gives back when it rests */
  begin(turn: Turn): void {
    this.#turn = turn
  }

  /** Gives it back for good: what comes after an action's end takes nobody's turn. */
  end(): void {
    this.#turn?.giveBack()
    this.#turn = undefined
  }

  /** Counts what is under way, until it settles. */
  track(working: Promise<unknown>): void {
    this.#working++
    const end = () => {
      this.#working--
      this.#giveBackIfAllRest()
    }
    working.then(end, end)
  }

  /** Lets time pass, which takes nobody's turn. */
  async rest(wait: () => Promise<void>): Promise<void> {
    this.#resting++
    this.#giveBackIfAllRest()
    try {
      await wait()
    } finally {
      this.#resting--
      await this.#turn?.take()
    }
  }

  #giveBackIfAllRest(): void {
    if (this.#resting > 0 && this.#resting >= this.#working) this.#turn?.giveBack()
  }
}
