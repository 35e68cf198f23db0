import { median, report } from '../figure.ts'
import { Contestant, end, startClient } from '../http/contestant.ts'

const rounds = 9
const what = { path: '/things/1', status: 200, durationS: 2 }

/** What the whole chain with the log on the disk costs the main thread, beside Fastify as it comes and our memory log. */
export async function httpCost(): Promise<void> {
  await using processes = new AsyncDisposableStack()
  const client = processes.adopt(startClient(), end)
  const bare = processes.use(await Contestant.start('bare Fastify'))
  const inMemory = processes.use(await Contestant.start('ours'))
  const onDisk = processes.use(await Contestant.start('ours with the SQLite log'))
  const contestants = [bare, inMemory, onDisk]
  for (const contestant of contestants) await contestant.measure(client, what) // warms up

  const besideBare: number[] = []
  const besideMemory: number[] = []
  for (let round = 0; round < rounds; round++) {
    // They take turns in going first, so that whatever else the machine does hits all alike.
    const first = round % contestants.length
    const cpuUs = new Map<Contestant, number>()
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      cpuUs.set(contestant, (await contestant.measure(client, what)).cpuUs)
    }
    const [ofBare, ofMemory, ofDisk] = contestants.map(each => cpuUs.get(each) ?? Number.NaN) as [
      number,
      number,
      number,
    ]
    besideBare.push(ofDisk / ofBare)
    besideMemory.push(ofDisk / ofMemory)
    console.log(
      `round ${round + 1}: bare ${ofBare.toFixed(1)} µs a request, with the log in memory ${ofMemory.toFixed(1)} µs, ` +
        `with the SQLite log ${ofDisk.toFixed(1)} µs`,
    )
  }
  report({
    figure: 'main-thread CPU per HTTP request with the SQLite log on, beside bare Fastify',
    value: median(besideBare),
    unit: '×',
    aim: { atMost: 1.2 },
  })
  report({
    figure: 'the same with two fields kept, beside our memory log without any',
    value: median(besideMemory),
    unit: '×',
    aim: { atMost: 1.05 },
  })
}
