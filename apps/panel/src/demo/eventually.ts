import { setTimeout as delay } from 'node:timers/promises'
import { InternalException } from 'evenkeel'

export interface EventuallyOptions {
  /** How long to go on asking, in milliseconds. @default 30_000 */
  withinMs?: number
  /** The pause between two questions, in milliseconds. @default 20 */
  everyMs?: number
}

/** Something that was waited for did not come. */
export class NeverHappenedException extends InternalException {
  constructor(what: string, withinMs: number) {
    super(`Waited ${withinMs / 1000} s for ${what}, and it never happened.`)
  }
}

/**
 * Asks again until there is an answer other than undefined.
 *
 * @param what is waited for, to end the sentence "Waited 30 s for …", as it is or as it is at that time
 * @throws {NeverHappenedException} there was none in time
 * @throws what the probe throws
 */
export async function eventually<T>(
  what: string | (() => string),
  probe: () => Promise<T | undefined> | T | undefined,
  { withinMs = 30_000, everyMs = 20 }: EventuallyOptions = {},
): Promise<T> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const answer = await probe()
    if (answer !== undefined) return answer
    if (performance.now() >= deadlineMs) {
      throw new NeverHappenedException(typeof what === 'string' ? what : what(), withinMs)
    }
    await delay(everyMs)
  }
}
