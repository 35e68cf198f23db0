import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Category } from '../../exceptions/exception.ts'
import { other } from '../memory-stats.ts'
import type { CallerCount, OutcomeCount, OutcomeKind } from '../stats.ts'

/** What is counted under one number: an operation's outcomes with a status, or a caller's. */
export interface Entry {
  readonly subject: 'operation' | 'caller'
  /** The operation or the caller. */
  readonly name: string
  readonly kind: OutcomeKind
  readonly exception: string | undefined
  readonly category: Category | undefined
  readonly status: number
}

/** How much is told apart. What comes beyond is counted as `other`. */
export interface DictionaryLimits {
  readonly combinationsMax: number
  readonly classesMax: number
}

/** Names are forgotten when nothing that is kept can contain them any more. */
const keepDays = 100
/** So often a name that is in use is noted as such: nothing is kept for longer than the difference of the two. */
const noteEveryDays = 7

export const dictionarySchema = `
  create table entry (
    id integer primary key autoincrement,
    subject text not null,
    name text not null,
    kind text not null,
    exception text not null,
    category text not null,
    status real not null,
    -- A day on which it was counted, not long before the last one, in days since 1970.
    last_day integer not null,
    unique (subject, name, kind, exception, category, status)
  ) strict;
`

/** The numbers under which names are counted, so that a count takes a few bytes. Several processes may share it. */
export class Dictionary {
  readonly #database: DatabaseSync
  readonly #limits: DictionaryLimits
  readonly #upsert: StatementSync
  readonly #byKey = new Map<string, { readonly id: number; readonly day: number }>()
  readonly #byId = new Map<number, Entry>()
  readonly #classes = new Set<string>()
  readonly #sizes = { operation: 0, caller: 0 }

  constructor(database: DatabaseSync, limits: DictionaryLimits) {
    this.#database = database
    this.#limits = limits
    this.#upsert = database.prepare(
      `insert into entry (subject, name, kind, exception, category, status, last_day)
       values (?, ?, ?, ?, ?, ?, ?)
       on conflict do update set last_day = max(last_day, excluded.last_day) returning id`,
    )
    this.#load()
  }

  /** Within a database transaction: a number for what is to be counted, that of `other` if there are too many. */
  idOfOutcome({ operation: name, kind, exception, category, status }: OutcomeCount, day: number): number {
    const entry = { subject: 'operation', name, kind, exception, category, status } as const
    return this.#idOf(this.#withClass(entry), day)
  }

  /** Within a database transaction, as for an outcome. */
  idOfCaller({ caller: name, kind, exception, category }: CallerCount, day: number): number {
    const entry = { subject: 'caller', name, kind, exception, category, status: 0 } as const
    return this.#idOf(this.#withClass(entry), day)
  }

  /** @throws {Error} the number is not in the dictionary, which was damaged then */
  entryOf(id: number): Entry {
    if (!this.#byId.has(id)) this.#load()
    const entry = this.#byId.get(id)
    if (entry === undefined) throw new Error(`The dictionary of the statistics has no entry ${id}.`)
    return entry
  }

  /** Within a database transaction: forgets names that have not been counted for longer than anything is kept. */
  forget(day: number): void {
    this.#database.prepare('delete from entry where last_day < ?').run(day - keepDays)
    this.reload()
  }

  /** Forgets what was learned in a database transaction that came to nothing. */
  reload(): void {
    this.#byKey.clear()
    this.#byId.clear()
    this.#classes.clear()
    this.#load()
  }

  /** Decided by the class alone, so that outcomes and callers, who are counted apart, agree on it. */
  #withClass(entry: Entry): Entry {
    if (entry.exception === undefined || this.#classes.has(entry.exception)) return entry
    return this.#classes.size < this.#limits.classesMax ? entry : { ...entry, exception: other }
  }

  #idOf(entry: Entry, day: number): number {
    const known = this.#byKey.get(keyOf(entry))
    if (known !== undefined && day - known.day < noteEveryDays) return known.id
    const isFull = this.#sizes[entry.subject] >= this.#limits.combinationsMax
    if (known === undefined && isFull && entry.name !== other) {
      return this.#idOf({ ...entry, name: other, status: 0 }, day)
    }
    return this.#note(entry, day)
  }

  /** Enters it if it is new, and notes that it is still in use. */
  #note(entry: Entry, day: number): number {
    const { subject, name, kind, exception = '', category = '', status } = entry
    const { id } = this.#upsert.get(subject, name, kind, exception, category, status, day) as { id: number }
    this.#learn(id, entry, day)
    return id
  }

  #load(): void {
    this.#sizes.operation = 0
    this.#sizes.caller = 0
    for (const row of this.#database.prepare('select * from entry').all() as unknown as EntryRow[]) {
      this.#byKey.delete(keyOf(entryOf(row)))
      this.#byId.delete(row.id)
      this.#learn(row.id, entryOf(row), row.last_day)
    }
  }

  #learn(id: number, entry: Entry, day: number): void {
    if (!this.#byId.has(id)) this.#sizes[entry.subject]++
    this.#byKey.set(keyOf(entry), { id, day })
    this.#byId.set(id, entry)
    if (entry.exception !== undefined) this.#classes.add(entry.exception)
  }
}

interface EntryRow {
  readonly id: number
  readonly subject: 'operation' | 'caller'
  readonly name: string
  readonly kind: string
  readonly exception: string
  readonly category: string
  readonly status: number
  readonly last_day: number
}

function entryOf({ subject, name, kind, exception, category, status }: EntryRow): Entry {
  return {
    subject,
    name,
    kind: kind as OutcomeKind,
    exception: exception === '' ? undefined : exception,
    category: category === '' ? undefined : (category as Category),
    status,
  }
}

function keyOf({ subject, name, kind, exception, category, status }: Entry): string {
  return JSON.stringify([subject, name, kind, exception, category, status])
}
