import { BadClientRequestException } from 'evenkeel'
import { fileOf, restoreDone } from './backup/command.ts'
import { restoreBackup } from './backup/restore-backup.ts'
import { keepFilesPrivate } from './private-files.ts'
import { readSettings } from './settings.ts'

// The command that puts a backup into an empty data folder: `npm run restore -- FILE`.
keepFilesPrivate()
try {
  const file = fileOf(process.argv.slice(2), 'restore')
  const settings = readSettings(process.env)
  console.log(restoreDone(await restoreBackup(file, settings.dataDir), settings))
} catch (error) {
  if (!(error instanceof BadClientRequestException)) throw error
  console.error(error.message)
  process.exitCode = 1
}
