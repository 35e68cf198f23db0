import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const workspace = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Tells the user what is being done. On the error stream, so that a program's own output stays alone.
 *
 * @param {string} sentence
 */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** What a command needs could not be brought about: the message says why, and what to do about it. */
export class SetupFailure extends Error {}
