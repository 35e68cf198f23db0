// One engine in a process of its own: carries whatever load its parent sends it, and ends when the parent lets go.
import type { Told } from './contender.ts'
import { type Engine, EngineUnavailable } from './engine.ts'
import { stepNumbers } from './five-steps.ts'
import { carry, type Load } from './load.ts'

const engines: Record<string, () => Promise<Engine>> = {
  ours: async () => (await import('./ours.ts')).ours(),
  Restate: async () => (await import('./peers/restate.ts')).restate(),
  DBOS: async () => (await import('./peers/dbos.ts')).dbos(),
}

const [name = ''] = process.argv.slice(2)
const finishedBefore = /^ours after (\d+)$/.exec(name)?.[1]
const start =
  finishedBefore === undefined
    ? engines[name]
    : async () => (await import('./ours.ts')).ours(Number(finishedBefore))
if (start === undefined) throw new Error(`There is no engine named ${JSON.stringify(name)}.`)
// Ctrl-C reaches the whole group: the parent ends by it, and with it the channel, which is our sign.
process.on('SIGINT', () => {})

try {
  const engine = await start()
  process.on('disconnect', async () => {
    await engine[Symbol.asyncDispose]()
    process.exit()
  })
  process.on('message', async (load: Load) => tell({ kind: 'carried', carried: await carryOn(engine, load) }))
  tell({ kind: 'ready' })
} catch (thrown) {
  if (!(thrown instanceof EngineUnavailable)) throw thrown
  tell({ kind: 'unavailable', reason: thrown.message })
  process.on('disconnect', () => process.exit())
}

/** A comparison is fair only between engines that do all of the work. */
async function carryOn(engine: Engine, load: Load) {
  const before = engine.effects()
  const carried = await carry(load, order => engine.run(order))
  const [expected, counted] = [carried.actions * stepNumbers.length, engine.effects() - before]
  // An engine may do a step again; none may leave one out.
  if (counted < expected) throw new Error(`${expected} effects were due, and there were ${counted}.`)
  return carried
}

function tell(told: Told): void {
  process.send?.(told)
}
