import { median, report } from '../figure.ts'
import { Contender } from './contender.ts'
import { stepNumbers } from './five-steps.ts'
import type { Carried, Load } from './load.ts'

const rounds = 5
const seconds = 4

/** Ours beside the peers, in how much they carry at once and how fast one action alone is. */
export async function sideBySide(): Promise<void> {
  await using processes = new AsyncDisposableStack()
  const start = async (name: string) => {
    const contender = await Contender.start(name)
    return contender && processes.use(contender)
  }
  const ours = await start('ours')
  if (ours === undefined) throw new Error('Ours is what is measured, and can not be left out.')
  const restate = await start('Restate')
  const dbos = await start('DBOS')
  const contenders = [ours, restate, dbos].filter(contender => contender !== undefined)

  const together = await measure(contenders, { concurrency: 64, seconds })
  const alone = await measure(contenders, { concurrency: 1, seconds })
  for (const { name } of contenders) {
    const stepsPerS = median(
      together.get(name)?.map(({ actionsPerS }) => actionsPerS * stepNumbers.length) ?? [],
    )
    const aloneMs = median(alone.get(name)?.map(({ medianMs }) => medianMs) ?? [])
    console.log(`${name}: 64 at once ${stepsPerS.toFixed(0)} steps/s, one at a time ${aloneMs.toFixed(2)} ms`)
  }
  const stepsPerS = ({ actionsPerS }: Carried) => actionsPerS
  const medianMs = ({ medianMs }: Carried) => medianMs
  if (restate !== undefined) {
    compare('5-step actions, 64 at once, steps/s beside Restate', stepsPerS, together, restate, {
      atLeast: 15,
    })
    compare('one 5-step action at a time, median beside Restate', medianMs, alone, restate, { atMost: 0.333 })
  }
  if (dbos !== undefined)
    compare('5-step actions, 64 at once, steps/s beside DBOS', stepsPerS, together, dbos, { atLeast: 30 })
}

type Rounds = ReadonlyMap<string, readonly Carried[]>

/** They take turns, in another order each time, so that whatever else the machine does hits all alike. */
async function measure(contenders: readonly Contender[], load: Load): Promise<Rounds> {
  const carried = new Map<string, Carried[]>(contenders.map(({ name }) => [name, []]))
  for (const contender of contenders) await contender.carry(load) // warms up
  for (let round = 0; round < rounds; round++) {
    const turn = round % contenders.length
    for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)])
      carried.get(contender.name)?.push(await contender.carry(load))
  }
  return carried
}

/** Ratios are made within a round and the one in the middle is taken: the machine's mood is then in both parts. */
function compare(
  figure: string,
  read: (carried: Carried) => number,
  rounds: Rounds,
  peer: Contender,
  aim: { atMost: number } | { atLeast: number },
): void {
  const theirs = (rounds.get(peer.name) ?? []).map(read)
  const ratios = (rounds.get('ours') ?? []).map((own, round) => read(own) / (theirs[round] ?? Number.NaN))
  report({ figure, value: median(ratios), unit: '×', aim })
}
