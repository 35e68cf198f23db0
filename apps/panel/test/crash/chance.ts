import { createHash } from 'node:crypto'
import { InternalException } from 'evenkeel'

/**
 * Chance that a seed decides. Each part of a run draws from a stream of its own, named after it, so that how long
 * one part takes does not change what another draws.
 */
export class Chance {
  #state: number

  constructor(seed: number, stream: string) {
    this.#state = createHash('sha256').update(`${seed}/${stream}`).digest().readUInt32LE()
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number {
    // Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** Whether something of this probability happens. */
  hits(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number, from `min` to `max` inclusive. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** One of several. @throws {InternalException} there is none */
  oneOf<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new InternalException('There is nothing to choose from.')
    return choices[this.whole(0, choices.length - 1)] as T
  }

  /** One of several, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0)
    let drawn = this.next() * total
    const found = choices.find(([weight]) => {
      drawn -= weight
      return drawn < 0
    })
    return found === undefined ? this.oneOf(choices)[1] : found[1]
  }
}
