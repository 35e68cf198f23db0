import { appendFileSync } from 'node:fs'
import { memoryStats } from '../memory-stats.ts'
import { sqliteSeries } from './sqlite-series.ts'

// Counts without end, an hour of its clock in each turn of the loop, and says after each how much is in the file; before
// each it makes a mark in another file, which tells what it has counted at most. The test kills it.

const [path = '', marksPath = ''] = process.argv.slice(2)
let nowMs = Date.UTC(2026, 10, 22)
const stats = memoryStats({ now: () => nowMs })
const series = sqliteSeries({ stats, path, now: () => nowMs })
for (let count = 1; ; count++) {
  appendFileSync(marksPath, '.')
  stats.record({
    kind: 'request',
    operation: 'GET /v1/servers',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 1,
  })
  nowMs += 7000
  // An answer comes after everything that was over before the question.
  await series.seconds(0, 0)
  process.stdout.write(`${count}\n`)
}
