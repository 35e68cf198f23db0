/** What the transaction log takes and how fast it answers. `--only sustained|http|queries`, `--seconds 60`, `--rows 10000000`. */
import { parseArgs } from 'node:util'
import { httpCost } from './tx-log/http-cost.ts'
import { queries } from './tx-log/queries.ts'
import { sustained } from './tx-log/sustained.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    rows: { type: 'string', default: '10000000' },
  },
})
const parts: Record<string, () => Promise<void>> = {
  sustained: () => sustained(Number(values.seconds)),
  http: httpCost,
  queries: () => queries(Number(values.rows)),
}
const wanted = values.only === undefined ? Object.keys(parts) : [values.only]

for (const name of wanted) {
  const run = parts[name]
  if (run === undefined)
    throw new Error(`There is no part ${name}: there are ${Object.keys(parts).join(', ')}.`)
  await run()
}
