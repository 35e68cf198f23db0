import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Trouble } from './journal-messages.ts'
import { formatOf, formatVersion } from './journal-tables.ts'

/** The file is not what was written: SQLite says so, or we found it. */
export class DamageError extends Error {}

/**
 * Looks at a journal's file without writing a byte of it, and costs little however long the archive is. Damage
 * in the archive is met when the damaged part is read.
 *
 * @throws {DamageError} it is damaged
 * @throws {Error} it was written by a newer release, or can't be opened
 */
export function checkJournal(path: string): void {
  if (isEmpty(path)) {
    if (isEmpty(`${path}-wal`)) return
    throw new DamageError(`its main file is empty or gone, and ${path}-wal beside it is not`)
  }
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    const version = formatOf(db)
    if (version > formatVersion) {
      throw new Error(
        `The journal ${path} has format ${version}, and this release knows ${formatVersion} at most: start the newer release again.`,
      )
    }
    if (version !== 0) checkOpenHistories(db)
  } finally {
    db.close()
  }
}

/** What SQLite or the system said, and whether it is about damage. */
export function troubleOf(error: unknown): Trouble {
  return { reason: error instanceof Error ? error.message : String(error), isDamage: isDamage(error) }
}

// https://www.sqlite.org/rescode.html: the lower eight bits are the primary code.
const corrupt = 11
const notADatabase = 26

export function isDamage(error: unknown): boolean {
  if (error instanceof DamageError) return true
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  const code = error.errcode & 0xff
  return code === corrupt || code === notADatabase
}

/** The tables without which nothing can go on; they stay small. */
function checkOpenHistories(db: DatabaseSync): void {
  for (const table of ['journal', 'entries']) {
    const [first] = db.prepare(`pragma quick_check('${table}')`).all()
    const verdict = first?.['quick_check']
    if (verdict !== 'ok') throw new DamageError(String(verdict))
  }
}

function isEmpty(path: string): boolean {
  return !existsSync(path) || statSync(path).size === 0
}
