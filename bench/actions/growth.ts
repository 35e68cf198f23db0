import { median, report } from '../figure.ts'
import { Contender } from './contender.ts'
import type { Carried, Load } from './load.ts'

const rounds = 9
const few = 10_000

/** What an action costs where many have been finished before, beside a journal that has only few. */
export async function growth(many: number): Promise<void> {
  await using processes = new AsyncDisposableStack()
  const start = async (finishedBefore: number) => {
    const contender = await Contender.start(`ours after ${finishedBefore}`)
    if (contender === undefined) throw new Error('Ours is what is measured, and can not be left out.')
    return processes.use(contender)
  }
  const young = await start(few)
  console.log(`Filling a journal with ${many} finished actions: a few minutes …`)
  const old = await start(many)

  const what = `start and finish of an action with ${many} finished ones in the journal, beside ${few}`
  const alone = await ratios(old, young, { concurrency: 1, seconds: 2 }, ({ medianMs }) => medianMs)
  const together = await ratios(
    old,
    young,
    { concurrency: 64, seconds: 2 },
    ({ actionsPerS }) => 1 / actionsPerS,
  )
  report({ figure: `${what}, one at a time`, value: median(alone), unit: '×', aim: { atMost: 1.2 } })
  report({ figure: `${what}, 64 at once`, value: median(together), unit: '×', aim: { atMost: 1.2 } })
}

/** They take turns, each time the other one first, so that whatever else the machine does hits both alike. */
async function ratios(
  old: Contender,
  young: Contender,
  load: Load,
  cost: (carried: Carried) => number,
): Promise<readonly number[]> {
  for (const contender of [old, young]) await contender.carry(load) // warms up
  const measured: number[] = []
  for (let round = 0; round < rounds; round++) {
    const [first, second] = round % 2 === 0 ? [old, young] : [young, old]
    const carried = new Map([
      [first, cost(await first.carry(load))],
      [second, cost(await second.carry(load))],
    ])
    measured.push((carried.get(old) ?? Number.NaN) / (carried.get(young) ?? Number.NaN))
  }
  return measured
}
