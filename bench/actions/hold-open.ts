// Tells what an open action takes of memory: so many wait in the middle of their third step.
import { openEngine, startAll } from './ours.ts'
import { StuckOutside } from './stuck-outside.ts'

const [folder = '', argument] = process.argv.slice(2)
const count = Number(argument)
// The first of them also bring what all share: code, statements, buffers.
const warmUpCount = 200

process.on('disconnect', () => process.exit()) // the parent is gone
const outside = new StuckOutside()
const { actions } = await openEngine(folder, outside, { concurrency: warmUpCount + count })
await startAll(actions, { from: 1, to: warmUpCount })
await outside.whenStuck(warmUpCount)
const beforeBytes = keptBytes()
await startAll(actions, { from: warmUpCount + 1, to: warmUpCount + count })
await outside.whenStuck(warmUpCount + count)
process.send?.((keptBytes() - beforeBytes) / count)
process.disconnect()

/** What can't be freed of the heap, and of what belongs to it outside. */
function keptBytes(): number {
  if (globalThis.gc === undefined) throw new Error('Run this with --expose-gc.')
  globalThis.gc()
  globalThis.gc() // what was kept only until something was finalized
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
