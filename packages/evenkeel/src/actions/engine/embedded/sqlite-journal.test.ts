import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { newTxId } from '../../../filters/tx-id.ts'
import { journalContract } from '../journal.contract.ts'
import type { JournalEntry } from '../journal.ts'
import { sqliteJournal } from './sqlite-journal.ts'

function newPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'evenkeel-journal-')), 'journal.db')
}

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

journalContract('SQLite journal', options => sqliteJournal({ path: newPath(), ...options }))

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

  it('refuses a file of a newer format', async () => {
    const path = newPath()
    const journal = await sqliteJournal({ path })
    await journal.close()
    const db = new DatabaseSync(path)
    db.exec('pragma user_version = 99')
    db.close()

    await expect(sqliteJournal({ path })).rejects.toThrow(/format 99.*start the newer release/)
  })

  it('leaves no trace of a dropped secret in the file', async () => {
    const path = newPath()
    const id = newTxId()
    const journal = await sqliteJournal({ path })
    await journal.append(id, [{ ...started, input: { $secret: 'c2VhbGVkLXRleHQ' } }])
    await journal.append(id, [{ kind: 'closed', atMs: 2 }])
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
