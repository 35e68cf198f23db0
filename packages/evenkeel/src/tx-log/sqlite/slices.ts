import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TxId, txIdTimeMs } from '../../filters/tx-id.ts'
import { rowsPerPage, type TxQuery } from '../tx-log.ts'
import { dayOf } from './day.ts'
import type { EncodedRow, StoredRow } from './encoded-row.ts'
import { Slice } from './slice.ts'

/** How many slices are held open: today's, and those that somebody looks at. */
const openMax = 4

/** Told of a damaged slice that was set aside, under the path that it has now. */
export type OnSetAside = (path: string, error: unknown) => void

/**
 * The log's files in their folder, one for each day (UTC). A damaged one is renamed and left out, the
 * others are served. Throws SQLite's and the file system's own errors.
 */
export class Slices {
  readonly #folder: string
  readonly #onSetAside: OnSetAside
  /** The one that was used last is the last. */
  readonly #open = new Map<string, Slice>()

  constructor(folder: string, onSetAside: OnSetAside) {
    this.#folder = folder
    this.#onSetAside = onSetAside
  }

  append(rows: readonly EncodedRow[]): void {
    mkdirSync(this.#folder, { recursive: true })
    const rowsByDay = Map.groupBy(rows, row => dayOf(txIdTimeMs(row[0] as TxId)))
    for (const [day, rowsOfDay] of rowsByDay) this.#writeDay(day, rowsOfDay)
  }

  find(id: TxId): StoredRow | undefined {
    const day = dayOf(txIdTimeMs(id))
    return existsSync(this.#pathOf(day)) ? this.#read(day, slice => slice.find(id)) : undefined
  }

  /** Newest first: a day's ids are all greater than those of the days before. */
  query(query: TxQuery): readonly StoredRow[] {
    const limit = rowsPerPage(query)
    const rows: StoredRow[] = []
    for (const day of this.#days().sort().reverse()) {
      if (rows.length >= limit) break
      const page = { ...query, limit: limit - rows.length }
      rows.push(...(this.#read(day, slice => slice.query(page)) ?? []))
    }
    return rows
  }

  /** Removes all files of the days before this one, those that were set aside too. */
  retain(fromDay: string): void {
    for (const file of this.#files()) {
      if (file.day >= fromDay) continue
      this.#closeDay(file.day)
      rmSync(join(this.#folder, file.name), { force: true })
    }
  }

  close(): void {
    for (const day of [...this.#open.keys()]) this.#closeDay(day)
  }

  #writeDay(day: string, rows: readonly EncodedRow[]): void {
    try {
      this.#slice(day).write(rows)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#setAside(day, error)
      this.#slice(day).write(rows)
    }
  }

  #read<T>(day: string, read: (slice: Slice) => T): T | undefined {
    try {
      return read(this.#slice(day))
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#setAside(day, error)
      return undefined
    }
  }

  #slice(day: string): Slice {
    const slice = this.#open.get(day) ?? new Slice(this.#pathOf(day))
    this.#open.delete(day)
    this.#open.set(day, slice)
    for (const leastUsed of this.#open.keys()) {
      if (this.#open.size <= openMax) break
      this.#closeDay(leastUsed)
    }
    return slice
  }

  #closeDay(day: string): void {
    const slice = this.#open.get(day)
    this.#open.delete(day)
    slice?.close()
  }

  #setAside(day: string, error: unknown): void {
    this.#closeDay(day)
    const path = this.#pathOf(day)
    let asidePath = `${path}.damaged`
    for (let at = 2; existsSync(asidePath); at++) asidePath = `${path}.damaged-${at}`
    renameSync(path, asidePath)
    // Under SQLite's own names they would be taken for the next file's.
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, asidePath + suffix)
    }
    this.#onSetAside(asidePath, error)
  }

  #pathOf(day: string): string {
    return join(this.#folder, `tx-${day}.db`)
  }

  #days(): string[] {
    return this.#files().flatMap(({ day, name }) => (name === `tx-${day}.db` ? [day] : []))
  }

  #files(): { day: string; name: string }[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder).flatMap(name => {
      const day = /^tx-([+\d-]+)\.db/.exec(name)?.[1]
      return day === undefined ? [] : [{ day, name }]
    })
  }
}

// https://www.sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB. Extended codes share their low byte.
const damageCodes: readonly number[] = [11, 26]

function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  return damageCodes.includes(error.errcode & 0xff)
}
