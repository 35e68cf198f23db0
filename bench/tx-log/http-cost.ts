import { median, report } from '../figure.ts'
import { Contestant, end, startClient } from '../http/contestant.ts'

const rounds = 9
const what = { path: '/things/1', status: 200, durationS: 2 }

/** What the whole chain with the log on the disk costs the main thread, beside Fastify as it comes. */
export async function httpCost(): Promise<void> {
  await using processes = new AsyncDisposableStack()
  const client = processes.adopt(startClient(), end)
  const bare = processes.use(await Contestant.start('bare Fastify'))
  const ours = processes.use(await Contestant.start('ours with the SQLite log'))
  for (const contestant of [bare, ours]) await contestant.measure(client, what) // warms up

  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    // They take turns in going first, so that whatever else the machine does hits both alike.
    const [first, second] = round % 2 === 0 ? [bare, ours] : [ours, bare]
    const measured = new Map([
      [first, await first.measure(client, what)],
      [second, await second.measure(client, what)],
    ])
    const [theirs, own] = [measured.get(bare)?.cpuUs ?? Number.NaN, measured.get(ours)?.cpuUs ?? Number.NaN]
    ratios.push(own / theirs)
    console.log(
      `round ${round + 1}: bare ${theirs.toFixed(1)} µs, with the log ${own.toFixed(1)} µs a request`,
    )
  }
  report({
    figure: 'main-thread CPU per HTTP request with the SQLite log on, beside bare Fastify',
    value: median(ratios),
    unit: '×',
    aim: { atMost: 1.2 },
  })
}
