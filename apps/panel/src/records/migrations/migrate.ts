import type { DatabaseSync } from 'node:sqlite'
import { StartRefusedException } from '../../start-refused.ts'
import { firstTables } from './0001-first-tables.ts'
import { idempotentStarts } from './0002-idempotent-starts.ts'
import { networksAndWhatFollows } from './0003-networks-and-what-follows.ts'
import { customImages } from './0004-custom-images.ts'
import { loadBalancers } from './0005-load-balancers.ts'
import { objectsUsersAndRouters } from './0006-objects-users-and-routers.ts'
import { findings } from './0007-findings.ts'
import { closedSessions } from './0008-closed-sessions.ts'
import { suspensionsAndMaintenance } from './0009-suspensions-and-maintenance.ts'

/** The statements that lead from each version to the next: the first makes version 1 out of nothing. */
const migrations: readonly string[] = [
  firstTables,
  idempotentStarts,
  networksAndWhatFollows,
  customImages,
  loadBalancers,
  objectsUsersAndRouters,
  findings,
  closedSessions,
  suspensionsAndMaintenance,
]

/** The panel's database was written by a release that knows more than this one. */
export class NewerDatabaseException extends StartRefusedException {
  constructor(path: string, found: number, known: number) {
    super(
      `${path} has version ${found}, and this release knows versions up to ${known}. Start the newer release again, or restore a backup that this release made.`,
      { data: { found, known } },
    )
  }
}

/**
 * Brings the database to the newest version, all steps or none.
 *
 * @returns the version that it had; 0 for a database that was made just now
 * @throws {NewerDatabaseException} a newer release wrote it
 */
export function migrate(database: DatabaseSync, path: string): number {
  // Taken before the version is read, so that of two processes only one migrates.
  database.exec('begin immediate')
  try {
    const found = versionOf(database)
    if (found > migrations.length) throw new NewerDatabaseException(path, found, migrations.length)
    for (const statements of migrations.slice(found)) database.exec(statements)
    database.exec(`pragma user_version = ${migrations.length}`)
    database.exec('commit')
    return found
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}

export const newestVersion = migrations.length

function versionOf(database: DatabaseSync): number {
  const row = database.prepare('pragma user_version').get() as { user_version: number }
  return row.user_version
}
