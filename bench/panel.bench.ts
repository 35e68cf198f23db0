/** The panel: reading beside bare Fastify, creating servers, and both among 100,000 servers. `--only reads|creations|growth`, `--servers 100000`. */
import { parseArgs } from 'node:util'
import { creations } from './panel/creations.ts'
import { growth } from './panel/growth.ts'
import { reads } from './panel/reads.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    servers: { type: 'string', default: '100000' },
  },
})
const parts: Record<string, () => Promise<void>> = {
  reads,
  creations,
  growth: () => growth(Number(values.servers)),
}
const wanted = values.only === undefined ? Object.keys(parts) : [values.only]

for (const name of wanted) {
  const run = parts[name]
  if (run === undefined)
    throw new Error(`There is no part ${name}: there are ${Object.keys(parts).join(', ')}.`)
  await run()
}
