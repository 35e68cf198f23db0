import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { BadClientRequestException } from 'evenkeel'
import { isBusy } from '../data-dir.ts'

/** Several databases as they were at one moment, which go on being written to by whoever does. */
export interface OneMoment extends Disposable {
  /** When it was, in milliseconds since 1970. */
  readonly atMs: number
  /** For how long nobody could write, in milliseconds. */
  readonly heldMs: number
  /** In the order of the paths. Each reads what was committed then. */
  readonly readers: readonly DatabaseSync[]
}

export interface OneMomentOptions {
  /** How long to go on trying, in milliseconds. @default 30_000 */
  withinMs?: number
}

/** Somebody wrote to one of the databases at every moment. */
export class NeverStillException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(withinMs: number) {
    super(
      `The data were written to without a pause for ${withinMs / 1000} s, so that no moment could be kept. Try again when the panel has less to do.`,
    )
  }
}

/**
 * Takes the write locks of all databases, lets a reader begin in each, and gives the locks back: at that moment nothing
 * was half written in any of them, and nothing came between. It is what would be found had the process been killed then.
 *
 * Who holds the first one may wait for a later one, which would be for ever: so the first is waited for with nothing in
 * hand, and the others hardly at all. What can't be had gives all back, for another try.
 *
 * @param paths of SQLite databases in WAL mode
 * @throws {NeverStillException} there was no such moment in time
 */
export async function atOneMoment(
  paths: readonly string[],
  { withinMs = 30_000 }: OneMomentOptions = {},
): Promise<OneMoment> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const moment = tryOneMoment(paths)
    if (moment !== undefined) return moment
    if (performance.now() >= deadlineMs) throw new NeverStillException(withinMs)
    await delay(Math.random() * retryMsMax)
  }
}

/** At random, so that it does not always meet the same part of what somebody does at regular intervals. */
const retryMsMax = 20
const firstWaitMs = 500
const nextWaitMs = 50

function tryOneMoment(paths: readonly string[]): OneMoment | undefined {
  using holders = new DisposableStack()
  using opened = new DisposableStack()
  const readers = paths.map(path => opened.adopt(new DatabaseSync(path, { readOnly: true }), closeIt))
  let heldSinceMs = performance.now()
  for (const [position, path] of paths.entries()) {
    const timeout = position === 0 ? firstWaitMs : nextWaitMs
    if (!holdStill(holders.adopt(new DatabaseSync(path, { timeout }), closeIt))) return undefined
    if (position === 0) heldSinceMs = performance.now()
  }
  for (const reader of readers) beginReading(reader)
  const atMs = Date.now()
  holders.dispose()
  const heldMs = performance.now() - heldSinceMs
  const kept = opened.move()
  return { atMs, heldMs, readers, [Symbol.dispose]: () => kept.dispose() }
}

function holdStill(database: DatabaseSync): boolean {
  try {
    database.exec('begin immediate')
    return true
  } catch (error) {
    if (!isBusy(error)) throw error
    return false
  }
}

/** Lets a connection read what is committed now, until it is closed. */
export function beginReading(reader: DatabaseSync): void {
  // A database transaction that only reads begins with its first look at the file.
  reader.exec('begin; select count(*) from sqlite_schema')
}

function closeIt(database: DatabaseSync): void {
  database.close()
}
