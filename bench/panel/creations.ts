import { median, report } from '../figure.ts'
import { startPanel } from './contestants.ts'
import { createdPerS, startCustomers } from './creating.ts'

const rounds = 7

/** How many servers are created in a second: everything that a creation takes but the cloud's own time. */
export async function creations(): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const filled = await startPanel(opened, { projects: 1, servers: 0 })
  const customers = startCustomers(opened)
  await createdPerS(customers, filled) // warms up
  const measured: number[] = []
  for (let round = 0; round < rounds; round++) measured.push(await createdPerS(customers, filled))
  report({
    figure: 'servers created and running, 32 at once, durable, on a cloud without latency',
    value: median(measured),
    unit: '/s',
    aim: { atLeast: 200 },
  })
}
