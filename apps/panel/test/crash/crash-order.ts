import { BadClientRequestException } from 'evenkeel'

/** What of the crash test was asked for. */
export interface CrashOrder {
  /** How many times the panel is ended. */
  readonly kills: number
  readonly seed: number
}

/** The command was called with words that it does not know. */
export class CrashUsageException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(problem: string) {
    super(`${problem} Usage: [SEED=number] npm run test:crash -- [number of kills, 20 if left out]`)
  }
}

const killsUsual = 20
const killsMax = 100_000
const seedMax = 2 ** 32 - 1

/**
 * @param draw a seed for whoever gave none, from 0 (inclusive) to 1 (exclusive)
 * @throws {CrashUsageException} the words are not those of the command
 */
export function parseCrashOrder(
  words: readonly string[],
  environment: { readonly [name: string]: string | undefined },
  draw: () => number = Math.random,
): CrashOrder {
  const [kills = String(killsUsual), ...more] = words
  if (more.length > 0) throw new CrashUsageException(`"${more[0]}" is one word too many.`)
  const { SEED: seed } = environment
  return {
    kills: wholeNumber('the number of kills', kills, 1, killsMax),
    seed:
      seed === undefined || seed === ''
        ? Math.floor(draw() * (seedMax + 1))
        : wholeNumber('SEED', seed, 0, seedMax),
  }
}

function wholeNumber(what: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new CrashUsageException(`"${text}" is not ${what}: it must be a whole number from ${min} to ${max}.`)
}
