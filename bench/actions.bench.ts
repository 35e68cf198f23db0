/** Durable actions beside Restate and DBOS, after kill -9, and many of them. `--only beside|recovery|open|proofs|growth`, `--finished 1000000`, `--unfinished 10000`. */
import { parseArgs } from 'node:util'
import { growth } from './actions/growth.ts'
import { openAtOnce } from './actions/open-at-once.ts'
import { proofs } from './actions/proofs.ts'
import { recovery } from './actions/recovery.ts'
import { sideBySide } from './actions/side-by-side.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    finished: { type: 'string', default: '1000000' },
    unfinished: { type: 'string', default: '10000' },
  },
})
const parts: Record<string, () => Promise<void>> = {
  beside: sideBySide,
  recovery: () => recovery(Number(values.unfinished)),
  open: () => openAtOnce(Number(values.unfinished)),
  proofs,
  growth: () => growth(Number(values.finished)),
}
const wanted = values.only === undefined ? Object.keys(parts) : [values.only]

for (const name of wanted) {
  const run = parts[name]
  if (run === undefined)
    throw new Error(`There is no part ${name}: there are ${Object.keys(parts).join(', ')}.`)
  await run()
}
