import { existsSync } from 'node:fs'
import { BadClientRequestException } from 'evenkeel'
import { secretKeyPath } from '../secret-key.ts'
import type { Settings } from '../settings.ts'
import type { BackupMade } from './make-backup.ts'
import type { Restored } from './restore-backup.ts'

/** The command was called with other words than the name of one file. */
export class BackupUsageException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(command: 'backup' | 'restore') {
    super(`Name one file. Usage: npm run ${command} -- FILE`)
  }
}

/** The file that a command is to work with. @throws {BackupUsageException} */
export function fileOf(words: readonly string[], command: 'backup' | 'restore'): string {
  const [file, ...more] = words
  if (file === undefined || file === '' || file.startsWith('-') || more.length > 0)
    throw new BackupUsageException(command)
  return file
}

/** What is said once a backup is made. */
export function backupDone({ file, sizeBytes, fileCount, atMs, heldMs, leftOut }: BackupMade): string {
  return [
    `${file}: ${fileCount} files as they were at ${new Date(atMs).toISOString()}, ${megabytes(sizeBytes)}. The panel could not write for ${Math.ceil(heldMs)} ms.`,
    ...(leftOut.length === 0 ? [] : [`Damaged, and so not in it: ${leftOut.join(', ')}.`]),
    'The secret key is not in it: keep that somewhere else.',
  ].join('\n')
}

/** What is said once a backup is in its place. */
export function restoreDone(
  { dataDir, manifest: { at, release, files } }: Restored,
  { secretKey }: Pick<Settings, 'secretKey'>,
): string {
  const keyPath = secretKeyPath(dataDir)
  const hasKey = secretKey !== undefined || existsSync(keyPath)
  return [
    `${dataDir} is as it was at ${at} under release ${release}: ${files.length} files.`,
    ...(hasKey
      ? []
      : [`Before the panel is started, put the secret key of that time into ${keyPath}, or set SECRET_KEY.`]),
  ].join('\n')
}

function megabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1_000_000).toFixed(1)} MB`
}
