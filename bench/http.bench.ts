/** What catch-all, statistics and log cost a request over HTTP, beside bare Fastify, Fastify with pino and prom-client, and NestJS. */
import { median, report } from './figure.ts'
import { Contestant, end, type Measured, startClient } from './http/contestant.ts'

const rounds = 9
const durationS = 2
const success = { path: '/things/1', status: 200 }
const exception = { path: '/missing/1', status: 404 }

await using processes = new AsyncDisposableStack()
const start = async (name: string) => processes.use(await Contestant.start(name))
const client = processes.adopt(startClient(), end)
const bare = await start('bare Fastify')
const ours = await start('ours')
const pino = await start('Fastify + pino + prom-client')
const nest = await start('NestJS + pino + prom-client')
const contestants = [ours, bare, pino, nest]

const ofSuccess = await measure(success)
const ofException = await measure(exception)
show('success', ofSuccess)
show('exception', ofException)
warnOfOtherPace(ofSuccess, ofException)

compare('success, main-thread CPU per request', cpuUs, ofSuccess, bare, { atMost: 1.1 })
compare('success, requests/s', requestsPerS, ofSuccess, bare, { atLeast: 0.9 })
compare('404 exception, requests/s', requestsPerS, ofException, bare, { atLeast: 1.2 })
compare('success, requests/s', requestsPerS, ofSuccess, pino, { atLeast: 1.6 })
compare('404 exception, requests/s', requestsPerS, ofException, pino, { atLeast: 1.6 })
compare('success, requests/s', requestsPerS, ofSuccess, nest, { atLeast: 2.2 })
compare('404 exception, requests/s', requestsPerS, ofException, nest, { atLeast: 2.2 })

type Rounds = ReadonlyMap<Contestant, readonly Measured[]>

/** They take turns, in another order each time, so that whatever else the machine does hits all alike. */
async function measure(what: { path: string; status: number }): Promise<Rounds> {
  const measured = new Map<Contestant, Measured[]>(contestants.map(contestant => [contestant, []]))
  for (const contestant of contestants) await contestant.measure(client, { ...what, durationS }) // warms up
  for (let round = 0; round < rounds; round++) {
    const turn = round % contestants.length
    for (const contestant of [...contestants.slice(turn), ...contestants.slice(0, turn)]) {
      measured.get(contestant)?.push(await contestant.measure(client, { ...what, durationS }))
    }
  }
  return measured
}

/** Ratios are made within a round and the one in the middle is taken: the machine's mood is then in both parts. */
function compare(
  what: string,
  read: (measured: Measured) => number,
  measured: Rounds,
  peer: Contestant,
  aim: { atMost: number } | { atLeast: number },
): void {
  const theirs = (measured.get(peer) ?? []).map(read)
  const ratios = (measured.get(ours) ?? []).map((own, round) => read(own) / (theirs[round] ?? Number.NaN))
  report({ figure: `HTTP ${what}, beside ${peer.name}`, value: median(ratios), unit: '×', aim })
}

function show(what: string, measured: Rounds): void {
  for (const [{ name }, all] of measured) {
    const busy = Math.round(100 * median(all.map(({ busy }) => busy)))
    const rate = Math.round(median(all.map(requestsPerS)))
    console.log(
      `${what}, ${name}: ${rate} requests/s, ${median(all.map(cpuUs)).toFixed(1)} µs each, main thread busy ${busy} %`,
    )
  }
}

/** Where the client or other programs set the pace, requests per second compare those and not the servers. */
function warnOfOtherPace(...all: readonly Rounds[]): void {
  const busy = all.flatMap(measured =>
    [...measured.values()].map(each => median(each.map(({ busy }) => busy))),
  )
  const least = Math.min(...busy)
  if (least > 0.8) return
  console.log(
    `The servers did not set the pace: a main thread was busy ${Math.round(100 * least)} % only. Trust the CPU per request, and run this on a machine that does nothing else.`,
  )
}

function cpuUs(measured: Measured): number {
  return measured.cpuUs
}

function requestsPerS(measured: Measured): number {
  return measured.requestsPerS
}
