import { setTimeout as delay } from 'node:timers/promises'
import { ShardTooSlowException } from './exceptions.ts'
import type { Tweet } from './store.ts'

/** A part of the tweets, on a disk of its own that may become slow. */
export class Shard {
  readonly name: string
  readonly #limitMs: number
  readonly #tweets: Tweet[]
  /** How long its disk takes to answer, in milliseconds. */
  latencyMs = 2

  /** @param limitMs how long anyone waits for it, in milliseconds */
  constructor(name: string, limitMs: number, tweets: readonly Tweet[]) {
    this.name = name
    this.#limitMs = limitMs
    this.#tweets = [...tweets]
  }

  /** @throws {ShardTooSlowException} its disk did not answer in time */
  async tweets(): Promise<readonly Tweet[]> {
    await this.#disk()
    return this.#tweets
  }

  /** @throws {ShardTooSlowException} its disk did not answer in time; nothing was written */
  async add(tweet: Tweet): Promise<void> {
    await this.#disk()
    this.#tweets.push(tweet)
  }

  async #disk(): Promise<void> {
    await delay(Math.min(this.latencyMs, this.#limitMs))
    if (this.latencyMs > this.#limitMs) throw new ShardTooSlowException(this.name, this.#limitMs)
  }
}
