/** What a chain of three filters costs per call, beside the same work written by hand with try and catch. */
import { atOurEdge, chain, EdgeFilter, Filter, NotFoundException, type Service, toException } from 'evenkeel'
import { median, report } from './figure.ts'

const rounds = 15
const callsPerRound = 100_000

interface Request {
  readonly operation: string
  readonly id: number
}

/** How often each operation was called, and how it ended by exception class. */
class Counts {
  readonly calls = new Map<string, number>()
  readonly outcomes = new Map<string, number>()

  countCall(operation: string): void {
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1)
  }

  countOutcome(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
  }
}

class CallCountFilter<Resp> extends Filter<Request, Resp> {
  readonly #counts: Counts

  constructor(counts: Counts) {
    super()
    this.#counts = counts
  }

  override async apply(request: Request, next: Service<Request, Resp>): Promise<Resp> {
    this.#counts.countCall(request.operation)
    return next(request)
  }
}

class OutcomeCountFilter<Resp> extends Filter<Request, Resp> {
  readonly #counts: Counts

  constructor(counts: Counts) {
    super()
    this.#counts = counts
  }

  override async apply(request: Request, next: Service<Request, Resp>): Promise<Resp> {
    try {
      const response = await next(request)
      this.#counts.countOutcome('success')
      return response
    } catch (thrown) {
      this.#counts.countOutcome(toException(thrown).className)
      throw thrown
    }
  }
}

/** The same three things in one function. */
function byHand(counts: Counts, service: Service<Request, number>): Service<Request, number> {
  return async request => {
    counts.countCall(request.operation)
    try {
      const response = await service(request)
      counts.countOutcome('success')
      return response
    } catch (thrown) {
      const exception = atOurEdge(thrown)
      counts.countOutcome(exception.className)
      throw exception
    }
  }
}

const double: Service<Request, number> = async request => request.id * 2
const missing: Service<Request, number> = async request => {
  throw new NotFoundException(`There is nothing with the id ${request.id}.`)
}

await compare('success', double, 0.5)
await compare('client exception', missing, 5)

/** Takes turns, so that whatever else the machine does hits both alike. */
async function compare(what: string, service: Service<Request, number>, aimUs: number): Promise<void> {
  const chainCounts = new Counts()
  const handCounts = new Counts()
  const filters = [
    new CallCountFilter<number>(chainCounts),
    new OutcomeCountFilter<number>(chainCounts),
    new EdgeFilter<Request, number>(),
  ]
  const chained = chain(filters, service)
  const written = byHand(handCounts, service)
  await nsPerCall(chained)
  await nsPerCall(written)

  const chainNs: number[] = []
  const handNs: number[] = []
  for (let round = 0; round < rounds; round++) {
    chainNs.push(await nsPerCall(chained))
    handNs.push(await nsPerCall(written))
  }
  assertSame(chainCounts, handCounts)

  const ratios = chainNs.map((ns, round) => ns / (handNs[round] ?? Number.NaN))
  report({
    figure: `three filters, ${what}`,
    value: median(chainNs) / 1000,
    unit: 'µs',
    aim: { atMost: aimUs },
  })
  report({ figure: `beside the same by hand, ${what}`, value: median(ratios), unit: '×', aim: { atMost: 4 } })
}

async function nsPerCall(service: Service<Request, number>): Promise<number> {
  const startedAtMs = performance.now()
  for (let id = 0; id < callsPerRound; id++) {
    try {
      await service({ operation: 'things.double', id })
    } catch (thrown) {
      if (!(thrown instanceof NotFoundException)) throw thrown
    }
  }
  return ((performance.now() - startedAtMs) * 1e6) / callsPerRound
}

/** A comparison is fair only between things that do the same. */
function assertSame(a: Counts, b: Counts): void {
  for (const kind of ['calls', 'outcomes'] as const) {
    const isSame = JSON.stringify([...a[kind]]) === JSON.stringify([...b[kind]])
    if (!isSame) throw new Error(`The chain and the hand-written service counted different ${kind}.`)
  }
}
