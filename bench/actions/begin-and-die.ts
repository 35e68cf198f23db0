// Begins so many actions, tells when each is in the middle of its third step, and waits to be killed.
import { setTimeout as wait } from 'node:timers/promises'
import { openEngine, startAll } from './ours.ts'
import { StuckOutside } from './stuck-outside.ts'

const [folder = '', count = ''] = process.argv.slice(2)
process.on('disconnect', () => process.exit()) // the parent is gone
const world = new StuckOutside()
const { actions } = await openEngine(folder, world, { concurrency: Number(count) })
await startAll(actions, { from: 1, to: Number(count) })
await world.whenStuck(Number(count))
process.send?.('all are under way')
await wait(600_000)
