import type { ActionStateKind } from '../../action-view.ts'
import { withoutSecrets } from '../../encoding.ts'
import { type IndexEntry, type IndexedAction, indexedWith, isIndexKind, unindexed } from '../action-index.ts'
import type { Row, Statements } from './statements.ts'

/** An action whose history is not closed, as far as writing its next entry needs it. */
interface OpenAction {
  readonly number: number
  readonly id: string
  /** How many entries it has. */
  length: number
  index: IndexedAction
  /** Whether the file has a row of it. */
  isInFile: boolean
}

/** Appends to histories, and keeps what they are found by. */
export class JournalWriter {
  readonly #statements: Statements
  /** Those that were written to since the opening: their index and length need not be read again. */
  readonly #open = new Map<string, OpenAction>()
  #lastNumber: number

  constructor(statements: Statements) {
    this.#statements = statements
    this.#lastNumber = numberOf(statements.first('select max(number) as number from actions')) ?? 0
  }

  /** Writes in one commit, in this order. @returns how many histories it has closed */
  write(entries: Iterable<readonly [actionId: string, entry: string]>): number {
    const lastNumber = this.#lastNumber
    try {
      return this.#statements.inTransaction(() => this.append(entries))
    } catch (error) {
      // What is remembered of open actions must not be ahead of the file.
      this.#open.clear()
      this.#lastNumber = lastNumber
      throw error
    }
  }

  /** Writes within the caller's commit. @returns how many histories it has closed */
  append(entries: Iterable<readonly [actionId: string, entry: string]>): number {
    let closedCount = 0
    const changed = new Set<OpenAction>()
    for (const [actionId, text] of entries) {
      const action = this.#openAction(actionId)
      this.#statements.run(
        'insert into entries (action, position, entry) values (?, ?, ?)',
        action.number,
        action.length++,
        text,
      )
      const entry = indexEntryOf(text)
      if (entry !== undefined) action.index = indexedWith(action.index, entry)
      if (entry !== undefined || !action.isInFile) changed.add(action)
      if (entry?.kind === 'closed') {
        this.#dropSecrets(action.number)
        this.#open.delete(actionId)
        closedCount++
      }
    }
    for (const action of changed) this.#save(action)
    return closedCount
  }

  /** For a history that is taken away. */
  forget(actionId: string): void {
    this.#open.delete(actionId)
  }

  #openAction(actionId: string): OpenAction {
    const known = this.#open.get(actionId)
    if (known !== undefined) return known
    const action = this.#findAction(actionId) ?? {
      number: ++this.#lastNumber,
      id: actionId,
      length: 0,
      index: unindexed,
      isInFile: false,
    }
    this.#open.set(actionId, action)
    return action
  }

  #findAction(actionId: string): OpenAction | undefined {
    const row = this.#statements.first('select * from actions where id = ?', actionId)
    if (row === undefined) return undefined
    const number = row['number'] as number
    const last = numberOf(
      this.#statements.first('select max(position) as number from entries where action = ?', number),
    )
    const length = last === undefined ? 0 : last + 1
    return { number, id: actionId, length, index: indexOf(row), isInFile: true }
  }

  #save(action: OpenAction): void {
    const { name, locks, state, outcome, class: cause, endedAtMs, closedAtMs } = action.index
    const changing = [state, outcome ?? null, cause ?? null, endedAtMs ?? null, closedAtMs ?? null]
    if (action.isInFile) {
      this.#statements.run(
        'update actions set state = ?, outcome = ?, class = ?, ended_ms = ?, closed_ms = ? where number = ?',
        ...changing,
        action.number,
      )
      return
    }
    action.isInFile = true
    this.#statements.run(
      `insert into actions (state, outcome, class, ended_ms, closed_ms, number, id, name, locks_json)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...changing,
      action.number,
      action.id,
      name,
      JSON.stringify(locks),
    )
    for (const lock of locks)
      this.#statements.run('insert or ignore into action_locks (lock, id) values (?, ?)', lock, action.id)
  }

  #dropSecrets(number: number): void {
    const withSecrets = this.#statements.all(
      `select position, entry from entries where action = ? and instr(entry, '"$secret"') > 0`,
      number,
    )
    for (const row of withSecrets) {
      this.#statements.run(
        'update entries set entry = ? where action = ? and position = ?',
        secretsDropped(row['entry'] as string),
        number,
        row['position'] as number,
      )
    }
  }
}

function indexOf(row: Row): IndexedAction {
  return {
    name: row['name'] as string,
    locks: JSON.parse(row['locks_json'] as string),
    state: row['state'] as ActionStateKind,
    outcome: (row['outcome'] as IndexedAction['outcome'] | null) ?? undefined,
    class: (row['class'] as string | null) ?? undefined,
    endedAtMs: (row['ended_ms'] as number | null) ?? undefined,
    closedAtMs: (row['closed_ms'] as number | null) ?? undefined,
  }
}

function numberOf(row: Row | undefined): number | undefined {
  return (row?.['number'] as number | null | undefined) ?? undefined
}

/** The entry, if it changes what its action is found by; most entries need not be parsed to see that they don't. */
function indexEntryOf(text: string): IndexEntry | undefined {
  const kind = /^\{"kind":"([a-z-]+)"/.exec(text)?.[1]
  if (kind !== undefined && !isIndexKind(kind)) return undefined
  const entry = parsed(text)
  return isIndexKind(entry?.kind ?? '') ? (entry as IndexEntry) : undefined
}

function secretsDropped(text: string): string {
  const entry = parsed(text)
  // A damaged one goes with the secrets in it: that its history can't be read is noticed when it is.
  return entry === undefined ? 'damaged, and its secrets dropped' : JSON.stringify(withoutSecrets(entry))
}

function parsed(text: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Whoever reads the history is told; the others go on.
  }
}
