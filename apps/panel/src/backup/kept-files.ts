import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What belongs together to the last commit: records, actions' journal, simulated cloud. In the order in which they are
 * held still (`one-moment.ts`).
 */
export const bound: readonly string[] = ['panel.db', 'journal.db', 'cloud.db']

/** Which of the files in a data folder are kept in a backup, by their names in the folder. */
export interface KeptFiles {
  /** Those of one moment. */
  readonly bound: readonly string[]
  /** Statistics and logs: each by itself, a little later, since nothing is decided by them. */
  readonly loose: readonly string[]
}

/** Every database of the folder but the lock, which is the process's. Nothing if there is no such folder. */
export function keptFilesIn(folder: string): KeptFiles {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  const databases = names.filter(name => name.endsWith('.db') && !isOfLock(name)).sort()
  return {
    bound: bound.filter(name => databases.includes(name)),
    loose: databases.filter(name => !bound.includes(name)),
  }
}

/** Whether a name in a data folder is the lock's: SQLite may put a file beside it. */
export function isOfLock(name: string): boolean {
  return name.startsWith('lock.db')
}

/** Where a restore gathers what it has unpacked: a folder that has it is not a data folder yet. */
export function unfinishedRestoreIn(folder: string): string {
  return join(folder, unfinishedRestore)
}

export const unfinishedRestore = 'unfinished-restore'
