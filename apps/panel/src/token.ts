import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BadClientRequestException } from 'evenkeel'
import { makeToken, NoProjectException, parseTokenOrder } from './accounts/make-token.ts'
import { keepFilesPrivate } from './private-files.ts'
import { openRecords } from './records/database.ts'
import { readSettings } from './settings.ts'

// The command that makes a token, also while the panel runs: `npm run token -- panel|console [--read-only] [--name NAME]`.
keepFilesPrivate()
try {
  const order = parseTokenOrder(process.argv.slice(2))
  const path = join(resolve(readSettings(process.env).dataDir), 'panel.db')
  if (!existsSync(path)) throw new NoProjectException()
  const records = await openRecords({ path })
  try {
    console.log(await makeToken(records, order))
  } finally {
    await records.close()
  }
} catch (error) {
  if (!(error instanceof BadClientRequestException)) throw error
  console.error(error.message)
  process.exitCode = 1
}
