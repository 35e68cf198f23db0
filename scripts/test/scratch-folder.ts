import { mkdtempSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ScratchFolderOptions {
  /** @default process.env */
  environment?: NodeJS.ProcessEnv
  /** Where files are kept in memory. @default '/dev/shm', which Linux has */
  inMemory?: string
  /** How much room there must be. @default more than all tests together ever took */
  neededBytes?: number
}

/**
 * Makes a folder for what tests write, in memory where there is plenty of that: nobody needs it after a loss of power, and
 * on a slow disk the tests would spend a third of their time waiting until it is safe from one. `TMPDIR` decides otherwise.
 */
export function scratchFolder({
  environment = process.env,
  inMemory = '/dev/shm',
  neededBytes = 4 * 2 ** 30,
}: ScratchFolderOptions = {}): string {
  const isChosen = environment['TMPDIR'] !== undefined
  const folder = !isChosen && freeBytesIn(inMemory) >= neededBytes ? inMemory : tmpdir()
  return mkdtempSync(join(folder, 'evenkeel-test-'))
}

/** What is written there takes memory, too. */
function freeBytesIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return Math.min(bavail * bsize, freemem())
  } catch {
    return 0 // no such folder here
  }
}
