import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { lossOf } from '../loss.ts'
import type { LossOverTime, LossQuery, Stretch, StretchOfOutcomes, StretchWidth } from '../series.ts'
import { justBefore, rounded, spansOf, tiers } from '../span.ts'
import type { CountedSecond, SecondOfOutcomes } from '../stats.ts'
import { addOutcomes, talliesOf } from '../tallies.ts'
import { Dictionary, type DictionaryLimits, dictionarySchema } from './dictionary.ts'
import { Endings, type PackedSums, Sums } from './sums.ts'

export interface SeriesFileOptions extends DictionaryLimits {
  readonly path: string
  readonly release: string
  /** How large the file may grow before old minutes are given up. */
  readonly sizeBytesMax: number
}

const schemaVersion = 1

// Every second is first written as it is, one row for each process. Once its minute is over, it is added to the rows of
// its minute, its hour and its day, in the same database transaction that marks it: each second is always counted in
// exactly one of the two, also when a process is killed in between, and any process may do it for all others.
const schema = `
  ${dictionarySchema}
  create table second (
    start integer not null,
    writer text not null,
    release text not null,
    is_added integer not null default 0,
    outcomes blob not null,
    callers blob not null,
    latencies blob not null,
    unique (start, writer)
  ) strict;
  create index second_to_add on second (start) where is_added = 0;
  create table sum (
    width integer not null,
    start integer not null,
    release text not null,
    outcomes blob not null,
    callers blob not null,
    latencies blob not null,
    unique (width, start, release)
  ) strict;
  pragma user_version = ${schemaVersion};
`

/** The file of the statistics, which several processes may write to side by side. Throws SQLite's own errors. */
export class SeriesFile {
  readonly #database: DatabaseSync
  readonly #dictionary: Dictionary
  readonly #options: SeriesFileOptions
  /** No two openings write the same row. */
  readonly #writer = randomUUID()
  #addedUpTo = Number.NEGATIVE_INFINITY

  constructor(options: SeriesFileOptions) {
    this.#options = options
    this.#database = new DatabaseSync(options.path)
    try {
      // A kill loses nothing that was committed; a loss of power loses the last moments, which statistics can bear.
      this.#database.exec(
        'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal',
      )
      this.#inDatabaseTransaction(() => this.#migrate())
      this.#dictionary = new Dictionary(this.#database, options)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Writes all or none of the seconds. One that was written before is left as it is. */
  write(seconds: readonly CountedSecond[], nowSecond: number): void {
    const insert = this.#database.prepare(
      `insert or ignore into second (start, writer, release, outcomes, callers, latencies)
       values (?, ?, ?, ?, ?, ?)`,
    )
    this.#changing(() => {
      for (const second of seconds) {
        const { outcomes, callers, latencies } = Sums.of(second, this.#dictionary).pack()
        insert.run(second.second, this.#writer, this.#options.release, outcomes, callers, latencies)
      }
    })
    const minute = nowSecond - (nowSecond % 60)
    if (minute > this.#addedUpTo) {
      this.#changing(() => this.#addUp(minute, nowSecond))
      this.#addedUpTo = minute
    }
  }

  /** @param unwritten what this process has counted and not written yet */
  seconds(stretch: Stretch, unwritten: readonly CountedSecond[]): readonly SecondOfOutcomes[] {
    return this.#reading(() => {
      const bySecond = new Map<number, Sums>()
      for (const row of this.#rowsOfSeconds(stretch)) sumsAt(bySecond, row.start).add(row)
      return merged(
        [...bySecond].map(([second, sums]) => ({ second, outcomes: sums.outcomes(this.#dictionary) })),
        unwritten.filter(({ second }) => isWithin(second, stretch)),
      ).map(({ second, outcomes }) => ({
        second,
        outcomes: outcomes.map(({ latency: _, ...outcome }) => outcome),
      }))
    })
  }

  stretches(
    stretch: Stretch,
    width: StretchWidth,
    unwritten: readonly CountedSecond[],
  ): readonly StretchOfOutcomes[] {
    const { fromSecond, toSecond } = stretch
    const startOf = (second: number): number => second - (second % width)
    return this.#reading(() => {
      const byStart = new Map<number, Sums>()
      const rows = this.#database
        .prepare('select start, outcomes, latencies from sum where width = ? and start >= ? and start < ?')
        .iterate(width, fromSecond, toSecond) as unknown as Iterable<Row>
      for (const row of rows) sumsAt(byStart, row.start).add(row)
      const range = { fromSecond, toSecond: toSecond + width }
      for (const row of this.#rowsToAdd(range)) {
        if (isWithin(startOf(row.start), stretch)) sumsAt(byStart, startOf(row.start)).add(row)
      }
      return merged(
        [...byStart].map(([second, sums]) => ({ second, outcomes: sums.outcomes(this.#dictionary) })),
        unwritten
          .map(({ second, outcomes }) => ({ second: startOf(second), outcomes }))
          .filter(({ second }) => isWithin(second, stretch)),
      ).map(({ second, outcomes }) => ({ fromSecond: second, toSecond: second + width, outcomes }))
    })
  }

  loss(
    { window, before = justBefore(window), by, ...options }: LossQuery,
    unwritten: readonly CountedSecond[],
    nowSecond: number,
  ): LossOverTime {
    return this.#reading(() => {
      const [inWindow, inBefore] = [rounded(window, nowSecond), rounded(before, nowSecond)]
      const talliesIn = (stretch: Stretch) =>
        talliesOf(this.#counted(stretch, unwritten, by === 'caller'), by)
      const loss = lossOf(talliesIn(inWindow), talliesIn(inBefore), options)
      return {
        ...loss,
        window: { ...loss.window, ...inWindow },
        before: { ...loss.before, ...inBefore },
      }
    })
  }

  close(): void {
    this.#database.close()
  }

  /** By release. Durations are left where they are: they are most of a row. */
  #counted(stretch: Stretch, unwritten: readonly CountedSecond[], withCallers: boolean) {
    const { release } = this.#options
    const columns = withCallers ? 'outcomes, callers' : 'outcomes'
    const sumsOfSpan = this.#database.prepare(
      `select release, ${columns} from sum where width = ? and start >= ? and start < ?`,
    )
    const byRelease = new Map<string, Endings>()
    const endingsOf = (name: string): Endings => {
      const endings = byRelease.get(name) ?? new Endings()
      byRelease.set(name, endings)
      return endings
    }
    for (const { width, fromSecond, toSecond } of spansOf(stretch, widths)) {
      const rows =
        width === 1
          ? this.#rowsOfSeconds({ fromSecond, toSecond })
          : (sumsOfSpan.iterate(width, fromSecond, toSecond) as unknown as Iterable<Row>)
      for (const row of rows) endingsOf(row.release).add(row)
      if (width === 1) continue
      for (const row of this.#rowsToAdd({ fromSecond, toSecond })) endingsOf(row.release).add(row)
    }
    return [
      ...Array.from(byRelease, ([name, endings]) => endings.counted(this.#dictionary, name)),
      ...unwritten
        .filter(({ second }) => isWithin(second, stretch))
        .map(({ outcomes, callers }) => ({ release, outcomes, callers })),
    ]
  }

  #rowsOfSeconds({ fromSecond, toSecond }: Stretch): Iterable<Row> {
    return this.#database
      .prepare('select * from second where start >= ? and start < ? order by start')
      .iterate(fromSecond, toSecond) as unknown as Iterable<Row>
  }

  #rowsToAdd({ fromSecond, toSecond }: Stretch): Iterable<Row> {
    return this.#database
      .prepare('select * from second where is_added = 0 and start >= ? and start < ?')
      .iterate(fromSecond, toSecond) as unknown as Iterable<Row>
  }

  /** Adds the seconds of all processes to their minutes, hours and days, and removes what is too old. */
  #addUp(minute: number, nowSecond: number): void {
    const find = this.#database.prepare('select * from sum where width = ? and start = ? and release = ?')
    const put = this.#database.prepare(
      `insert or replace into sum (width, start, release, outcomes, callers, latencies)
       values (?, ?, ?, ?, ?, ?)`,
    )
    const touched = new Map<string, { sums: Sums; width: number; start: number; release: string }>()
    for (const row of this.#rowsToAdd({ fromSecond: 0, toSecond: minute })) {
      for (const width of widths.slice(1)) {
        const start = row.start - (row.start % width)
        const key = `${width} ${start} ${row.release}`
        const sum = touched.get(key) ?? { sums: new Sums(), width, start, release: row.release }
        touched.set(key, sum)
        sum.sums.add(row)
      }
    }
    for (const { sums, width, start, release } of touched.values()) {
      const before = find.get(width, start, release) as Row | undefined
      const { outcomes, callers, latencies } = (before === undefined ? sums : sums.add(before)).pack()
      put.run(width, start, release, outcomes, callers, latencies)
    }
    this.#database.prepare('update second set is_added = 1 where is_added = 0 and start < ?').run(minute)
    this.#retain(nowSecond)
  }

  #retain(nowSecond: number): void {
    for (const { width, keepSeconds } of tiers) {
      const oldest = nowSecond - keepSeconds - width
      if (width === 1)
        this.#database.prepare('delete from second where start < ? and is_added = 1').run(oldest)
      else this.#database.prepare('delete from sum where width = ? and start < ?').run(width, oldest)
    }
    if (nowSecond % 86_400 < 60) this.#dictionary.forget(Math.floor(nowSecond / 86_400))
    this.#shrink()
  }

  /** Gives up the oldest minutes when the file has grown too large: hours and days stay. What is freed is used again. */
  #shrink(): void {
    const { used } = this.#database
      .prepare(
        `select (page_count - freelist_count) * page_size as used
         from pragma_page_count, pragma_freelist_count, pragma_page_size`,
      )
      .get() as { used: number }
    if (used <= this.#options.sizeBytesMax) return
    this.#database.exec(
      `delete from sum where width = 60 and start in (
         select start from sum where width = 60 order by start
         limit (select 1 + count(*) / 10 from sum where width = 60))`,
    )
  }

  #migrate(): void {
    const { user_version: version } = this.#database.prepare('pragma user_version').get() as {
      user_version: number
    }
    if (version === schemaVersion) return
    if (version > schemaVersion) {
      throw new Error(
        `${this.#options.path} was written by a newer release, with schema ${version}; this one knows ` +
          `${schemaVersion}. Start the newer release, or move the file away.`,
      )
    }
    this.#database.exec(schema)
  }

  #changing(work: () => void): void {
    try {
      this.#inDatabaseTransaction(work)
    } catch (error) {
      // What it learned within the database transaction is not in the file. Damage is told by the first error.
      if (this.#database.isOpen) this.#dictionary.reload()
      throw error
    }
  }

  #inDatabaseTransaction(work: () => void): void {
    this.#database.exec('begin immediate')
    try {
      work()
      this.#database.exec('commit')
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }

  /** What is read is of one moment, whatever other processes add up meanwhile. */
  #reading<T>(work: () => T): T {
    this.#database.exec('begin')
    try {
      return work()
    } finally {
      if (this.#database.isTransaction) this.#database.exec('commit')
    }
  }
}

const widths = tiers.map(({ width }) => width)

interface Row extends PackedSums {
  readonly start: number
  readonly release: string
}

function sumsAt(sums: Map<number, Sums>, start: number): Sums {
  const found = sums.get(start) ?? new Sums()
  sums.set(start, found)
  return found
}

function isWithin(second: number, { fromSecond, toSecond }: Stretch): boolean {
  return fromSecond <= second && second < toSecond
}

type Slot = Pick<CountedSecond, 'second' | 'outcomes'>

/** What is in the file and what is not yet, oldest first. */
function merged(written: readonly Slot[], unwritten: readonly Slot[]): Slot[] {
  const bySecond = Map.groupBy([...written, ...unwritten], ({ second }) => second)
  return [...bySecond]
    .map(([second, slots]) => ({ second, outcomes: addOutcomes(slots.flatMap(({ outcomes }) => outcomes)) }))
    .sort((left, right) => left.second - right.second)
}
