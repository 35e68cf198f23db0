import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newTxId } from 'evenkeel'
import { Actions, type Journal, type JournalEntry, memoryJournal, systemClock } from 'evenkeel/actions'
import { ApplicationDatabase } from './application-database.ts'
import { CountingOutside, fiveSteps } from './five-steps.ts'

/** They have ended within the last week: what is finished is kept for longer. */
const spreadMs = 7 * 24 * 60 * 60 * 1000
const appendedTogether = 1000

/** Gives a journal so many finished actions, oldest first: copies of one that really ran, each under an id and a time of its own. */
export async function fillJournal(journal: Journal, count: number): Promise<void> {
  const entries = await entriesOfOne()
  const recordedAtMs = entries[0]?.atMs ?? Number.NaN
  const fromMs = Date.now() - spreadMs
  for (let filled = 0; filled < count; ) {
    const appends: Promise<void>[] = []
    for (; appends.length < appendedTogether && filled < count; filled++) {
      const startedAtMs = fromMs + Math.floor((filled * spreadMs) / count)
      const moved = entries.map(entry => ({ ...entry, atMs: entry.atMs - recordedAtMs + startedAtMs }))
      appends.push(journal.append(newTxId(startedAtMs), moved))
    }
    await Promise.all(appends)
  }
}

/** What the journal has of an action of five steps, from its start until it is closed. */
async function entriesOfOne(): Promise<readonly JournalEntry[]> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))
  const journal = memoryJournal()
  const database = new ApplicationDatabase(join(folder.path, 'application.db'))
  const actions = await Actions.open({
    actions: [fiveSteps],
    world: new CountingOutside(),
    journal,
    database,
    secretKey: new Uint8Array(32),
    // Ids only ever grow within a process: the first is older than all that are to come.
    clock: { ...systemClock, now: () => Date.now() - 2 * spreadMs },
  })
  const { id, end } = await actions.start(fiveSteps, { order: 1 })
  await end
  await actions.stop()
  database.close()
  const entries = await journal.read(id)
  if (entries.at(-1)?.kind !== 'closed') throw new Error('The action that is copied was not closed.')
  return entries
}
