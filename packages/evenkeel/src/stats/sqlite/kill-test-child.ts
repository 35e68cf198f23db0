import { memoryStats } from '../memory-stats.ts'
import { sqliteSeries } from './sqlite-series.ts'

// Counts without end, an hour of its clock in each turn of the loop, and says after each how much is in the file. The
// test kills it.

const [path = ''] = process.argv.slice(2)
let nowMs = Date.UTC(2026, 10, 22)
const stats = memoryStats({ now: () => nowMs })
const series = sqliteSeries({ stats, path, now: () => nowMs })
for (let count = 1; ; count++) {
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
