import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { TxId } from '../../../filters/tx-id.ts'
import type { JournalEvent } from '../journal.ts'
import { JournalFile } from './journal-file.ts'

/** A place for a journal, which is removed after the test. */
export function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'journal.db')
}

/** The files as a process that ends now would leave them, at another place. */
export function copyOf(path: string): string {
  const copy = newPath()
  for (const suffix of ['', '-wal']) {
    if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix)
  }
  return copy
}

/** An entry as it stands in the file. */
export function text(event: JournalEvent, atMs = 1): string {
  return JSON.stringify({ ...event, atMs })
}

export function started(name: string, locks: readonly string[] = []): JournalEvent {
  return { kind: 'started', name, version: 1, input: { name }, locks, isQueued: false, caller: {} }
}

/** Everything that can be read in a file, by action. */
export function contentOf(path: string): { readonly [actionId: TxId]: unknown } {
  const file = new JournalFile(path)
  try {
    const answer = file.read({ kind: 'query', query: { limit: 1_000 } }, 0)
    if (!('histories' in answer)) throw new TypeError('a query is answered with histories')
    return Object.fromEntries(answer.histories.map(({ actionId, entries }) => [actionId, entries]))
  } finally {
    file.close()
  }
}
