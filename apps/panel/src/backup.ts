import { BadClientRequestException } from 'evenkeel'
import { backupDone, fileOf } from './backup/command.ts'
import { makeBackup } from './backup/make-backup.ts'
import { keepFilesPrivate } from './private-files.ts'
import { readSettings } from './settings.ts'

// The command that makes a backup, also while the panel runs: `npm run backup -- FILE`.
keepFilesPrivate()
try {
  const file = fileOf(process.argv.slice(2), 'backup')
  console.log(backupDone(await makeBackup(readSettings(process.env).dataDir, file)))
} catch (error) {
  if (!(error instanceof BadClientRequestException)) throw error
  console.error(error.message)
  process.exitCode = 1
}
