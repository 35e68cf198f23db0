import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartRefusedException } from './start-refused.ts'

/** The folder that holds everything that the panel keeps. It is this process's alone while it is claimed. */
export interface DataDir {
  /** Absolute. */
  readonly path: string
  /** Where something in the folder is. */
  file(name: string): string
  /** Lets the next process have it. The end of the process does the same, however it ends. */
  release(): void
}

/** Another process works with the folder. */
export class DataDirInUseException extends StartRefusedException {
  constructor(path: string, options: { cause: unknown }) {
    super(
      `${path} is in use by another process. Stop that one first, or set DATA_DIR to another folder.`,
      options,
    )
  }
}

/** The folder is not there and can't be made, or can't be written to. */
export class DataDirUnusableException extends StartRefusedException {
  constructor(path: string, options: { cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause)
    super(
      `${path} can't be used to keep data: ${reason}. Make it a folder that this user may write to, or set DATA_DIR to another one.`,
      options,
    )
  }
}

/**
 * Makes the folder where there is none, closes it to all but its owner, and claims it for this process.
 *
 * @throws {DataDirInUseException} another process has claimed it
 * @throws {DataDirUnusableException} it can't be made or written to
 */
export function claimDataDir(folder: string): DataDir {
  const path = resolve(folder)
  const lock = lockIn(path)
  return {
    path,
    file: name => join(path, name),
    release: () => lock.close(),
  }
}

// The lock is the operating system's, through SQLite: it ends with the process, also when that is killed,
// so that nothing has to be cleaned up, and the file is never removed (a second process might already have it open).
function lockIn(path: string): DatabaseSync {
  let lock: DatabaseSync
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700) // Somebody else made it, as folders usually are.
    lock = new DatabaseSync(join(path, 'lock.db'), { timeout: 0 })
  } catch (error) {
    throw new DataDirUnusableException(path, { cause: error })
  }
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    throw isBusy(error)
      ? new DataDirInUseException(path, { cause: error })
      : new DataDirUnusableException(path, { cause: error })
  }
}

/** Whether another connection holds the database. */
export function isBusy(error: unknown): boolean {
  const sqliteBusy = 5
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  // https://www.sqlite.org/rescode.html: the lower eight bits are the primary code.
  return (error.errcode & 0xff) === sqliteBusy
}
