import { accessSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
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
  if (!isChosen && freeBytesIn(inMemory) >= neededBytes) {
    const folder = mkdtempSync(join(inMemory, prefix))
    if (holdsPrograms(folder)) return folder
    rmSync(folder, { recursive: true })
  }
  return mkdtempSync(join(tmpdir(), prefix))
}

const prefix = 'evenkeel-test-'

/** Containers often have memory for files that can't be run, and some tests write programs. */
function holdsPrograms(folder: string): boolean {
  const program = join(folder, 'program')
  try {
    writeFileSync(program, '', { mode: 0o700 })
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  } finally {
    rmSync(program, { force: true })
  }
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
