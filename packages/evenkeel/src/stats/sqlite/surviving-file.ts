import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { SeriesFile, type SeriesFileOptions } from './series-file.ts'

/** Told of a damaged file that was set aside, under the path that it has now. */
export type OnSetAside = (path: string, error: unknown) => void

/** The file of the statistics, opened when it is needed, and begun anew when it is damaged. */
export class SurvivingFile {
  readonly #options: SeriesFileOptions
  readonly #onSetAside: OnSetAside
  #file: SeriesFile | undefined

  constructor(options: SeriesFileOptions, onSetAside: OnSetAside) {
    this.#options = options
    this.#onSetAside = onSetAside
  }

  /** Throws SQLite's and the file system's own errors. */
  use<T>(work: (file: SeriesFile) => T): T {
    try {
      return work(this.#open())
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#setAside(error)
      return work(this.#open())
    }
  }

  close(): void {
    const file = this.#file
    this.#file = undefined
    file?.close()
  }

  #open(): SeriesFile {
    mkdirSync(dirname(this.#options.path), { recursive: true })
    this.#file ??= new SeriesFile(this.#options)
    return this.#file
  }

  #setAside(error: unknown): void {
    const { path } = this.#options
    this.close()
    let asidePath = `${path}.damaged`
    for (let at = 2; existsSync(asidePath); at++) asidePath = `${path}.damaged-${at}`
    renameSync(path, asidePath)
    // Under SQLite's own names they would be taken for the next file's.
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, asidePath + suffix)
    }
    this.#onSetAside(asidePath, error)
  }
}

// https://www.sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB. Extended codes share their low byte.
const damageCodes: readonly number[] = [11, 26]

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && damageCodes.includes(Number(error.errcode) & 0xff)
}
