import { exampleRow } from '../example-row.ts'
import { loggable } from '../redaction/loggable.ts'
import { sqliteTxLog } from './sqlite-tx-log.ts'

// Logs without end, and says after each batch how many rows are written for certain. The test kills it. The next one
// goes on with the number after the last that is there.

const [folder = ''] = process.argv.slice(2)
const log = sqliteTxLog({ folder, flushMs: 1, fields: { number: loggable.number() } })
const startedAtMs = Date.now()
const [last] = await log.query({ limit: 1 })
for (let rowCount = last === undefined ? 0 : Number(last.fields['number']) + 1; ; ) {
  for (const end = rowCount + 500; rowCount < end; rowCount++) {
    log.append(exampleRow({ startedAtMs, fields: { number: rowCount } }))
  }
  // An answer comes after everything that was appended before the question.
  await log.query({ limit: 0 })
  process.stdout.write(`${rowCount}\n`)
}
