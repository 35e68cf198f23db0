import { readFileSync, writeFileSync } from 'node:fs'

/**
 * A file beside something that was made, which holds the fingerprint of what it was made from. It is
 * written last: where it is missing or differs, the thing must be made again.
 */
export class Stamp {
  /** @readonly */
  #file

  /** @param {string} file */
  constructor(file) {
    this.#file = file
  }

  /**
   * Whether the thing is there and was made from just this.
   *
   * @param {string} fingerprint
   */
  matches(fingerprint) {
    try {
      return readFileSync(this.#file, 'utf8').trim() === fingerprint
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  }

  /** @param {string} fingerprint */
  write(fingerprint) {
    writeFileSync(this.#file, `${fingerprint}\n`)
  }
}

/** @param {unknown} error */
function isMissing(error) {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
