import type { Exception } from '../../../exceptions/exception.ts'
import { JournalHistoryUnreadableException } from '../exceptions.ts'
import {
  type Journal,
  type JournalEntry,
  type JournaledHistory,
  type JournalOptions,
  keptClosedMs,
} from '../journal.ts'
import { JournalCalls } from './journal-calls.ts'
import type { StoredHistory } from './journal-messages.ts'

export interface SqliteJournalOptions extends JournalOptions {
  /** The file; it is made when it isn't there. */
  path: string
  /** Told when the journal can't be written (appends wait, and are tried again until they can), and of a history that can't be read. @default nobody */
  onProblem?: (exception: Exception) => void
}

/**
 * The journal in an SQLite file, written by a worker thread. All appends that are waiting are committed together, at
 * full durability (`synchronous=FULL`), so that many actions at once cost few commits. After a loss of power it is
 * what it was after some whole commit, the last one that was acknowledged or a later one. Histories that are closed
 * are moved to an archive, and removed when they are older than `keepClosedMs`, a little at a time between commits.
 *
 * @throws {JournalMismatchException} the file was written by a newer release, or can't be opened
 * @throws {JournalDamagedException} the file is damaged; also what is read later throws it
 */
export async function sqliteJournal({
  path,
  keepClosedMs = keptClosedMs,
  onProblem = () => {},
}: SqliteJournalOptions): Promise<Journal> {
  const calls = new JournalCalls({ path, keepClosedMs, onProblem })
  const id = await calls.opened

  /** The history, or undefined if it can't be read, which is reported. */
  function readable(stored: StoredHistory, isOwn: boolean): JournaledHistory | undefined {
    const entries = parsedEntries(stored)
    if (typeof entries !== 'string') return { actionId: stored.actionId, entries }
    onProblem(new JournalHistoryUnreadableException(stored.name || 'an action', stored.actionId, entries))
    // One that is not closed may be under way in this process: it is set aside by the next that takes it up.
    if (isOwn || stored.isClosed) calls.setAside(stored.actionId, entries)
    return undefined
  }

  async function* open(): AsyncGenerator<JournaledHistory> {
    let page = calls.histories({ kind: 'open', after: undefined })
    for (;;) {
      const stored = await page
      const last = stored.at(-1)
      if (last === undefined) return
      page = calls.histories({ kind: 'open', after: last.actionId }) // is read while this one is worked on
      page.catch(() => {}) // thrown where it is awaited, if anybody gets there
      yield* stored.flatMap(history => readable(history, true) ?? [])
    }
  }

  async function query(asked: Parameters<Journal['query']>[0]): Promise<readonly JournaledHistory[]> {
    const stored = await calls.histories({ kind: 'query', query: asked })
    return stored.flatMap(history => readable(history, false) ?? [])
  }

  return {
    id,
    append: (actionId, entries) => calls.append(actionId, entries),
    async read(actionId) {
      const [stored] = await calls.histories({ kind: 'one', actionId })
      return (stored && readable(stored, false))?.entries ?? []
    },
    open,
    query,
    recent: (limit, before) => query({ limit, ...(before !== undefined && { before }) }),
    setAside: () => calls.listSetAside(),
    close: () => calls.close(),
  }
}

/** The entries, or what is wrong with them. */
function parsedEntries({ entries }: StoredHistory): readonly JournalEntry[] | string {
  if ('unreadable' in entries) return entries.unreadable
  const parsed: JournalEntry[] = []
  for (const text of entries) {
    const entry = parsedEntry(text)
    if (entry === undefined) return `its entry ${parsed.length + 1} of ${entries.length} is not one`
    parsed.push(entry)
  }
  return parsed
}

function parsedEntry(text: string): JournalEntry | undefined {
  try {
    const entry: JournalEntry | null = JSON.parse(text)
    return typeof entry?.kind === 'string' && typeof entry.atMs === 'number' ? entry : undefined
  } catch {
    return undefined // Its history is reported and set aside.
  }
}
