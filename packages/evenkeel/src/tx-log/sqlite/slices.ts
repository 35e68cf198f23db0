import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TxId, txIdTimeMs, txIdTimePart } from '../../filters/tx-id.ts'
import { addedUp } from '../count-by-minute.ts'
import { type ExceptionCount, rowsPerPage, type TxQuery } from '../tx-log.ts'
import { DamagedBlockError } from './details-block.ts'
import type { UnpackedRow } from './packed-rows.ts'
import { type SearchBudget, Slice } from './slice.ts'
import { dayMs, dayOf, endOf, nameOfSlice, startFor, startOfFile } from './slice-name.ts'
import type { Skew } from './slice-query.ts'
import type { StoredRow } from './stored-row.ts'

export interface SlicesOptions {
  folder: string
  /** A slice that has grown to this is followed by another. */
  sliceBytesMax: number
  /** What all files may take together. */
  bytesMax: number
  /** Told of a damaged slice that was set aside, under the path that it has now. */
  onSetAside: (path: string, error: unknown) => void
  /** Told how many slices were removed because all together had grown beyond `bytesMax`. */
  onOverBytes: (fileCount: number) => void
}

/** How many slices are held open: the one that is written, and those that somebody looks at. */
const openMax = 64
/** So long after a slice's end there may come many rows of transactions that began before it. */
const sealAfterMs = 10_000

/**
 * The log's files in their folder: each holds the ids of a range of time, a day (UTC) or less. A damaged one is
 * renamed and left out, the others are served. Throws SQLite's and the file system's own errors.
 */
export class Slices {
  readonly #options: SlicesOptions
  /** By where they begin. The one that was used last is the last. */
  readonly #open = new Map<number, Slice>()
  readonly #sealed = new Set<number>()
  /** What is known of slices without opening them: which of them a range of time can't be in. */
  readonly #skews = new Map<number, Skew>()

  constructor(options: SlicesOptions) {
    this.#options = options
  }

  /** The rows' lines stand in `details`. */
  append(rows: readonly UnpackedRow[], details: Uint8Array): void {
    mkdirSync(this.#options.folder, { recursive: true })
    const starts = this.#starts()
    const rowsByStart = Map.groupBy(rows, row => startFor(row.idMs, starts))
    for (const [startMs, rowsOfSlice] of rowsByStart) {
      this.#write(startMs, rowsOfSlice, details)
      this.#splitIfFull(startMs)
    }
  }

  find(id: TxId): StoredRow | undefined {
    const startMs = startFor(txIdTimeMs(id), this.#starts())
    return existsSync(this.#pathOf(startMs)) ? this.#read(startMs, slice => slice.find(id)) : undefined
  }

  /** Newest first: a slice's ids are all greater than those of the slices before. For a text, undefined beyond `searchedMax`. */
  query(query: TxQuery, searchedMax: number): readonly StoredRow[] | undefined {
    const limit = rowsPerPage(query)
    const budget: SearchBudget = { rowsLeft: searchedMax }
    const rows: StoredRow[] = []
    for (const startMs of this.#startsWithin(query).reverse()) {
      if (rows.length >= limit) break
      const page = { ...query, limit: limit - rows.length }
      // A slice that turns out to be damaged has no rows.
      const found = this.#read(startMs, slice => slice.query(page, budget) ?? tooMany, [])
      if (found === tooMany) return undefined
      rows.push(...found)
    }
    return rows
  }

  exceptionsByMinute(window: { fromMs: number; toMs: number }): readonly ExceptionCount[] {
    const starts = this.#startsWithin(window)
    return addedUp(
      starts.flatMap(startMs => this.#read(startMs, slice => slice.exceptionsByMinute(window), [])),
    )
  }

  /** Erases a principal in one slice, so that whoever erases in many lets others take their turns. */
  erase(principal: string, startMs: number): number {
    return existsSync(this.#pathOf(startMs)) ? this.#read(startMs, slice => slice.erase(principal), 0) : 0
  }

  /** Where the slices begin, the oldest first, and the names of those that were set aside. */
  list(): { readonly starts: readonly number[]; readonly damaged: readonly string[] } {
    const damaged = this.#files().flatMap(({ name }) => (/\.damaged(-\d+)?$/.test(name) ? [name] : []))
    return { starts: this.#starts(), damaged }
  }

  /** Removes all files that end before this time, those that were set aside too, and those that are too much. */
  retain(beforeMs: number): void {
    const starts = this.#starts()
    for (const { startMs } of this.#files()) if (endOf(startMs, starts) <= beforeMs) this.#remove(startMs)
    this.#keepWithinBytes()
  }

  /** Builds one index of one slice that has ended. False when none lacks any. */
  seal(nowMs: number): boolean {
    const starts = this.#starts()
    for (const startMs of starts) {
      if (this.#sealed.has(startMs) || endOf(startMs, starts) + sealAfterMs > nowMs) continue
      if (this.#read(startMs, slice => slice.sealStep(), false)) return true
      this.#open.get(startMs)?.rest()
      this.#sealed.add(startMs)
    }
    return false
  }

  get sizeBytes(): number {
    return this.#files().reduce((sum, { name }) => sum + this.#sizeOf(name), 0)
  }

  close(): void {
    for (const startMs of [...this.#open.keys()]) this.#close(startMs)
  }

  #write(startMs: number, rows: readonly UnpackedRow[], details: Uint8Array): void {
    try {
      this.#slice(startMs).write(rows, details)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#setAside(startMs, error)
      this.#slice(startMs).write(rows, details)
    }
    this.#skews.set(startMs, this.#slice(startMs).skew)
  }

  #read<T>(startMs: number, read: (slice: Slice) => T): T | undefined
  #read<T>(startMs: number, read: (slice: Slice) => T, otherwise: T): T
  #read<T>(startMs: number, read: (slice: Slice) => T, otherwise?: T): T | undefined {
    try {
      return read(this.#slice(startMs))
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#setAside(startMs, error)
      return otherwise
    }
  }

  /** The next slice begins after the newest id that is there, so that the ids of both don't mix. */
  #splitIfFull(startMs: number): void {
    const slice = this.#slice(startMs)
    if (slice.sizeBytes < this.#options.sliceBytesMax) return
    const endMs = endOf(startMs, this.#starts())
    const lastId = slice.lastId()
    if (lastId === undefined || endMs < dayOf(startMs) + dayMs) return
    const nextMs = txIdTimeMs(lastId) + 1
    if (nextMs >= endMs) return
    slice.checkpoint()
    slice.rest()
    this.#slice(nextMs)
    this.#keepWithinBytes()
  }

  /** Leaves room for a whole slice and its write-ahead log: so all together are never more than `bytesMax`, whenever one looks. */
  #keepWithinBytes(): void {
    const { bytesMax, sliceBytesMax, onOverBytes } = this.#options
    const newestMs = this.#starts().at(-1)
    const startsOfFiles = new Set(this.#files().map(({ startMs }) => startMs))
    let removedCount = 0
    for (const startMs of [...startsOfFiles].sort((left, right) => left - right)) {
      if (startMs === newestMs || this.sizeBytes + 2 * sliceBytesMax <= bytesMax) break
      this.#remove(startMs)
      removedCount++
    }
    if (removedCount > 0) onOverBytes(removedCount)
  }

  #slice(startMs: number): Slice {
    const slice = this.#open.get(startMs) ?? this.#openSlice(startMs)
    this.#open.delete(startMs)
    this.#open.set(startMs, slice)
    for (const leastUsed of this.#open.keys()) {
      if (this.#open.size <= openMax) break
      this.#close(leastUsed)
    }
    return slice
  }

  #openSlice(startMs: number): Slice {
    const slice = new Slice(this.#pathOf(startMs), this.#options)
    this.#skews.set(startMs, slice.skew)
    return slice
  }

  #close(startMs: number): void {
    const slice = this.#open.get(startMs)
    this.#open.delete(startMs)
    slice?.close()
  }

  #remove(startMs: number): void {
    this.#forget(startMs)
    for (const file of this.#files()) {
      if (file.startMs === startMs) rmSync(join(this.#options.folder, file.name), { force: true })
    }
  }

  #setAside(startMs: number, error: unknown): void {
    this.#forget(startMs)
    const path = this.#pathOf(startMs)
    let asidePath = `${path}.damaged`
    for (let at = 2; existsSync(asidePath); at++) asidePath = `${path}.damaged-${at}`
    renameSync(path, asidePath)
    // Under SQLite's own names they would be taken for the next file's.
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, asidePath + suffix)
    }
    this.#options.onSetAside(asidePath, error)
  }

  #forget(startMs: number): void {
    this.#close(startMs)
    this.#sealed.delete(startMs)
    this.#skews.delete(startMs)
  }

  #pathOf(startMs: number): string {
    return join(this.#options.folder, nameOfSlice(startMs))
  }

  /** Where the slices begin, the oldest first. */
  #starts(): number[] {
    return this.#files()
      .flatMap(({ name, startMs }) => (name === nameOfSlice(startMs) ? [startMs] : []))
      .sort((left, right) => left - right)
  }

  /** Those that may hold what a query asks for. */
  #startsWithin({ before, fromMs = -Infinity, toMs = Infinity }: TxQuery): number[] {
    const starts = this.#starts()
    return starts.filter(startMs => {
      if (before !== undefined && before <= txIdTimePart(startMs)) return false
      const skew = this.#skews.get(startMs)
      if (skew === undefined) return true
      return startMs - skew.maxMs < toMs && endOf(startMs, starts) - skew.minMs > fromMs
    })
  }

  #files(): { startMs: number; name: string }[] {
    const { folder } = this.#options
    if (!existsSync(folder)) return []
    return readdirSync(folder).flatMap(name => {
      const startMs = startOfFile(name)
      return startMs === undefined ? [] : [{ startMs, name }]
    })
  }

  #sizeOf(name: string): number {
    return statSync(join(this.#options.folder, name), { throwIfNoEntry: false })?.size ?? 0
  }
}

const tooMany: StoredRow[] = []

// https://www.sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB. Extended codes share their low byte.
const damageCodes: readonly number[] = [11, 26]

function isDamage(error: unknown): boolean {
  if (error instanceof DamagedBlockError) return true
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  return damageCodes.includes(error.errcode & 0xff)
}
