/** How fast durable actions are, beside Restate and DBOS. `--only beside`. */
import { parseArgs } from 'node:util'
import { sideBySide } from './actions/side-by-side.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const parts: Record<string, () => Promise<void>> = {
  beside: sideBySide,
}
const wanted = values.only === undefined ? Object.keys(parts) : [values.only]

for (const name of wanted) {
  const run = parts[name]
  if (run === undefined)
    throw new Error(`There is no part ${name}: there are ${Object.keys(parts).join(', ')}.`)
  await run()
}
