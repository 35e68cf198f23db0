/** What a chain costs per call, beside the same work by hand with try and catch, prom-client and pino. */
import type { Service } from 'evenkeel'
import type { HttpAnswer, HttpRequest } from 'evenkeel/http'
import { byHand } from './chain/by-hand.ts'
import type { Contender } from './chain/contender.ts'
import { ours } from './chain/ours.ts'
import { median, report } from './figure.ts'

const rounds = 151
// Short rounds: what else runs on the machine then hits few of them, and the one in the middle none.
const callsPerRound = 3000
const warmUpRounds = 10
const request: HttpRequest = { method: 'GET', url: '/things/1', headers: { host: 'bench' } }

const chained = ours()
const written = byHand()
await compare('success', contender => contender.success, 200, 0.25)
await compare('exception', contender => contender.exception, 404, 0.333)
await assertAllCounted(chained, written)

/** Takes turns, so that whatever else the machine does hits both alike. */
async function compare(
  what: string,
  pick: (contender: Contender) => Service<HttpRequest, HttpAnswer>,
  status: number,
  aim: number,
): Promise<void> {
  await assertAnswers(pick(chained), pick(written), status)
  const chainUs: number[] = []
  const handUs: number[] = []
  for (let round = -warmUpRounds; round < rounds; round++) {
    const measured = [await usPerCall(pick(chained)), await usPerCall(pick(written))] as const
    if (round < 0) continue
    chainUs.push(measured[0])
    handUs.push(measured[1])
  }

  console.log(`${what}: chain ${median(chainUs).toFixed(2)} µs, by hand ${median(handUs).toFixed(2)} µs`)
  report({
    figure: `chain in process, ${what}, beside the same by hand`,
    value: median(chainUs.map((us, round) => us / (handUs[round] ?? Number.NaN))),
    unit: '×',
    aim: { atMost: aim },
  })
}

async function usPerCall(service: Service<HttpRequest, HttpAnswer>): Promise<number> {
  const startedAtMs = performance.now()
  for (let call = 0; call < callsPerRound; call++) await service(request)
  return ((performance.now() - startedAtMs) * 1000) / callsPerRound
}

async function assertAnswers(
  ours: Service<HttpRequest, HttpAnswer>,
  theirs: Service<HttpRequest, HttpAnswer>,
  status: number,
): Promise<void> {
  for (const service of [ours, theirs]) {
    const answer = await service(request)
    if (answer.status !== status) throw new Error(`${status} was expected, and ${answer.status} answered.`)
  }
}

async function assertAllCounted(...contenders: readonly Contender[]): Promise<void> {
  const expected = 2 * (1 + (warmUpRounds + rounds) * callsPerRound)
  for (const contender of contenders) {
    const counted = await contender.counted()
    if (counted !== expected) throw new Error(`${expected} requests were sent, and ${counted} counted.`)
  }
}
