import { truncateSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import type { Exception } from '../../../exceptions/exception.ts'
import { newTxId } from '../../../filters/tx-id.ts'
import { JournalDamagedException, JournalHistoryUnreadableException } from '../exceptions.ts'
import { journalContract } from '../journal.contract.ts'
import type { Journal, JournalEntry, JournaledHistory } from '../journal.ts'
import { newPath } from './journal-file.fixture.ts'
import { sqliteJournal } from './sqlite-journal.ts'

const started: JournalEntry = {
  kind: 'started',
  name: 'server.create',
  version: 1,
  input: null,
  locks: [],
  isQueued: false,
  caller: {},
  atMs: 1,
}
const closed: JournalEntry = { kind: 'closed', atMs: 2 }

journalContract('SQLite journal', options => sqliteJournal({ path: newPath(), ...options }))

/** Changes the file behind the journal's back. */
function tamper(path: string, sql: string, ...values: string[]): void {
  const db = new DatabaseSync(path)
  db.prepare(sql).run(...values)
  db.close()
}

/** How many histories are in the archive. */
function archivedIn(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true })
  const row = db.prepare('select count(*) as count from archive').get()
  db.close()
  return Number(row?.['count'])
}

async function openOf(journal: Journal): Promise<readonly JournaledHistory[]> {
  const open: JournaledHistory[] = []
  for await (const history of journal.open()) open.push(history)
  return open
}

describe('SQLite journal', () => {
  it('has everything that was durable, and the same id, when it is opened again', async () => {
    const path = newPath()
    const id = newTxId()
    const before = await sqliteJournal({ path })
    await before.append(id, [started])
    await before.close()

    const after = await sqliteJournal({ path })

    expect(after.id).toBe(before.id)
    expect(await after.read(id)).toEqual([started])
    await after.close()
  })

  it('finds by what a process before this one wrote, and goes on with it', async () => {
    const path = newPath()
    const id = newTxId()
    const before = await sqliteJournal({ path })
    await before.append(id, [started])
    await before.close()
    const after = await sqliteJournal({ path })

    await after.append(id, [{ kind: 'pivot', name: 'removal', steps: [], atMs: 2 }])

    const [found] = await after.query({ name: 'server.create', state: 'past-pivot' })
    expect(found?.entries.map(({ kind }) => kind)).toEqual(['started', 'pivot'])
    await after.close()
  })

  it('archives what is closed when no more comes for a while', async () => {
    const path = newPath()
    const journal = await sqliteJournal({ path })
    await journal.append(newTxId(), [started, closed])

    await vi.waitFor(() => expect(archivedIn(path)).toBe(1), { timeout: 5_000 })

    await journal.close()
  })

  it('archives what is closed while more and more comes, too', async () => {
    const path = newPath()
    const journal = await sqliteJournal({ path })
    let isArchived = false

    for (let appends = 0; !isArchived && appends < 20_000; appends++) {
      await journal.append(newTxId(), [started, closed])
      if (appends % 100 === 99) isArchived = archivedIn(path) > 0
    }

    expect(isArchived).toBe(true)
    await journal.close()
  })

  it('refuses a file of a newer format', async () => {
    const path = newPath()
    const journal = await sqliteJournal({ path })
    await journal.close()
    tamper(path, 'pragma user_version = 99')

    await expect(sqliteJournal({ path })).rejects.toThrow(/format 99.*start the newer release/)
  })

  it('refuses a damaged file by name, and says what to do', async () => {
    const path = newPath()
    const journal = await sqliteJournal({ path })
    await journal.append(newTxId(), [started])
    await journal.close()
    truncateSync(path, 3 * 4096)

    const refusal = await sqliteJournal({ path }).catch((error: unknown) => error)

    expect(refusal).toBeInstanceOf(JournalDamagedException)
    expect(refusal).toHaveProperty('message', expect.stringMatching(/is damaged: .+Restore it from a backup/))
  })

  it('leaves no trace of a dropped secret in the file', async () => {
    const path = newPath()
    const id = newTxId()
    const journal = await sqliteJournal({ path })
    await journal.append(id, [{ ...started, input: { $secret: 'c2VhbGVkLXRleHQ' } }])
    await journal.append(id, [closed])
    await journal.close()

    const db = new DatabaseSync(path)
    const rows = db.prepare('select entry from entries').all()
    db.close()

    expect(JSON.stringify(rows)).not.toContain('c2VhbGVkLXRleHQ')
  })

  it('refuses appends after it was closed', async () => {
    const journal = await sqliteJournal({ path: newPath() })
    await journal.close()

    await expect(journal.append(newTxId(), [started])).rejects.toThrow(/closed/)
  })
})

describe('a history that can not be read', () => {
  async function withUnreadable(entries: readonly JournalEntry[]) {
    const path = newPath()
    const [broken, sound] = [newTxId(), newTxId()]
    const before = await sqliteJournal({ path })
    await before.append(broken, [...entries])
    await before.append(sound, [...entries])
    await before.close()
    const ofBroken = 'where action = (select number from actions where id = ?)'
    tamper(path, `update entries set entry = 'scribble' ${ofBroken} and position = 0`, broken)
    tamper(path, `update archive set entries = x'00' ${ofBroken}`, broken) // if it is there already
    const problems: Exception[] = []
    const journal = await sqliteJournal({ path, onProblem: exception => problems.push(exception) })
    return { path, broken, sound, journal, problems }
  }

  it('does not keep the others from going on: it is reported by name and set aside', async () => {
    const { broken, sound, journal, problems } = await withUnreadable([started])

    expect((await openOf(journal)).map(({ actionId }) => actionId)).toEqual([sound])
    expect(problems).toMatchObject([{ className: 'JournalHistoryUnreadableException' }])
    expect(problems[0]).toBeInstanceOf(JournalHistoryUnreadableException)
    expect(await journal.setAside()).toMatchObject([
      { actionId: broken, name: 'server.create', reason: 'its entry 1 of 1 is not one' },
    ])
    await journal.close()
  })

  it('is reported once, and stays aside for later starts, with all that there is of it', async () => {
    const { path, broken, journal } = await withUnreadable([started])
    await openOf(journal)
    await journal.close()
    const problems: Exception[] = []

    const next = await sqliteJournal({ path, onProblem: exception => problems.push(exception) })
    await openOf(next)

    expect(problems).toEqual([])
    expect(await next.setAside()).toMatchObject([{ actionId: broken }])
    await next.close()
    const db = new DatabaseSync(path)
    expect(db.prepare('select entries_json from set_aside').get()).toEqual({ entries_json: '["scribble"]' })
    db.close()
  })

  it('stays where it is while it is open and only looked at: it may be under way', async () => {
    const { sound, journal, problems } = await withUnreadable([started])

    const found = await journal.query({})

    expect(found.map(({ actionId }) => actionId)).toEqual([sound])
    expect(problems).toHaveLength(1)
    expect(await journal.setAside()).toEqual([])
    await journal.close()
  })

  it('is set aside when it is closed and met by a query', async () => {
    const { broken, sound, journal } = await withUnreadable([started, closed])

    const found = await journal.query({})

    expect(found.map(({ actionId }) => actionId)).toEqual([sound])
    expect(await journal.setAside()).toMatchObject([{ actionId: broken }])
    expect(await journal.read(broken)).toEqual([])
    await journal.close()
  })
})
