import { exampleRow } from '../example-row.ts'
import { loggable } from '../redaction/loggable.ts'
import { sqliteTxLog } from './sqlite-tx-log.ts'

// Logs without end, and says after each batch how many rows are written for certain. The test kills it.

const [folder = ''] = process.argv.slice(2)
const log = sqliteTxLog({ folder, flushMs: 1, fields: { number: loggable.number() } })
const startedAtMs = Date.now()
for (let rowCount = 0; ; ) {
  for (const end = rowCount + 500; rowCount < end; rowCount++) {
    log.append(exampleRow({ startedAtMs, fields: { number: rowCount } }))
  }
  // An answer comes after everything that was appended before the question.
  await log.query({ limit: 0 })
  process.stdout.write(`${rowCount}\n`)
}
