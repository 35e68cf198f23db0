import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConflictException, OverloadedException, toException } from '../exceptions/index.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { AdaptiveLimit } from './adaptive-limit.ts'
import { ConcurrencyLimitFilter, type ConcurrencyLimitFilterOptions } from './concurrency-limit-filter.ts'
import { chain } from './service.ts'
import { runInTx, Transaction } from './transaction.ts'

describe('ConcurrencyLimitFilter, with a fixed limit', () => {
  it('runs as many at once as it is told to, lets as many wait, and sheds the rest', async () => {
    const { ask, running, finish } = manual({ limit: 2, queueMax: 1 })

    const answers = [ask(), ask(), ask()]
    await expect(ask()).rejects.toThrow(OverloadedException)
    expect(running()).toBe(2)
    for (let at = 0; at < 3; at++) await finish()

    await expect(Promise.all(answers)).resolves.toEqual(['answer 1', 'answer 2', 'answer 3'])
  })

  it('says of what it sheds that it was not begun, and when to come again, and nothing of the inside', async () => {
    const { ask } = manual({ limit: 1, queueMax: 0, retryAfterMs: 2000 })
    ask()

    const shed = toException(await ask().catch(thrown => thrown))

    expect(shed).toMatchObject({ retry: 'safe', retryAfterMs: 2000, category: 'dependency' })
    expect(shed.message).toMatch('1 requests run and 0 wait')
    expect(shed).toMatchObject({ publicMessage: expect.stringMatching(/not begun.*in 2 s/) })
    expect(shed).not.toMatchObject({ publicMessage: expect.stringMatching(/requests run/) })
  })

  it('begins those that wait in the order in which they came, and before any that comes later', async () => {
    const { ask, finish } = manual({ limit: 1, queueMax: 5 })
    const order: string[] = []
    const note = (name: string) => (answer: string) => order.push(`${name}: ${answer}`)

    const asked = ['a', 'b', 'c'].map(name => ask().then(note(name)))
    await finish()
    asked.push(ask().then(note('d')))
    for (let at = 0; at < 3; at++) await finish()
    await Promise.all(asked)

    expect(order).toEqual(['a: answer 1', 'b: answer 2', 'c: answer 3', 'd: answer 4'])
  })

  it('gives the place of an interrupted request to the next one', async () => {
    const exception = new ConflictException('It is running.')
    const filter = new ConcurrencyLimitFilter<boolean, string>({ limit: 1, queueMax: 1 })
    const service = chain([filter], async isGood => {
      if (!isGood) throw exception
      return 'fine'
    })

    const outcomes = await Promise.allSettled([service(false), service(true)])

    expect(outcomes).toEqual([
      { status: 'rejected', reason: exception },
      { status: 'fulfilled', value: 'fine' },
    ])
  })

  it('lets those leave the queue for whom nobody waits any more', async () => {
    const { ask, running, finish } = manual({ limit: 1, queueMax: 1 })
    const caller = new AbortController()
    const left = new Error('the client left')

    const first = ask()
    const leaving = ask(caller.signal)
    caller.abort(left)
    await expect(leaving).rejects.toBe(left)
    await expect(ask(caller.signal)).rejects.toBe(left)
    const next = ask()
    await finish()
    await finish()

    await expect(Promise.all([first, next])).resolves.toEqual(['answer 1', 'answer 2'])
    expect(running()).toBe(0)
  })

  it('never runs more than its limit nor keeps a free place empty, whatever comes and ends when', async () => {
    const events = fc.array(fc.constantFrom('ask', 'ask', 'finish', 'leave'), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 4 }), fc.nat(4), async (all, limit, queueMax) => {
        const { ask, running, finish } = manual({ limit, queueMax })
        const callers: AbortController[] = []
        let waiting = 0
        for (const event of all) {
          if (event === 'ask') {
            const caller = new AbortController()
            callers.push(caller)
            waiting++
            const end = () => {
              waiting--
            }
            ask(caller.signal).then(end, end)
          } else if (event === 'finish') {
            await finish()
          } else {
            callers.shift()?.abort()
          }
          await settle()
          // Those that were asked and have not ended either run or wait, and nobody waits beside a free place.
          expect(running()).toBe(Math.min(limit, waiting))
          expect(waiting).toBeLessThanOrEqual(limit + queueMax)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('prints its limit', () => {
    expect(String(new ConcurrencyLimitFilter({ limit: 20 }))).toBe('ConcurrencyLimitFilter(20)')
    expect(String(new ConcurrencyLimitFilter())).toBe('ConcurrencyLimitFilter(adaptive)')
  })
})

describe('ConcurrencyLimitFilter, with an adaptive limit', () => {
  // Ten at once, 50 to 150 ms each: 100 requests a second, and no more, however many are begun.
  const capacity = { workers: 10, serviceMs: 100 }

  it('lets latency grow without bound when it is missing, which is what it is for', async () => {
    const { latenciesMs } = await overload({ ...capacity, perSecond: 300, seconds: 10, isLimited: false })

    expect(percentile(latenciesMs, 0.5)).toBeGreaterThan(1000)
  })

  it('keeps latency bounded and throughput near capacity when three times as much is asked', async () => {
    const { latenciesMs, perSecond, shed } = await overload({ ...capacity, perSecond: 300, seconds: 60 })

    expect(percentile(latenciesMs, 0.5)).toBeLessThan(300)
    expect(percentile(latenciesMs, 0.99)).toBeLessThan(400)
    expect(perSecond).toBeGreaterThan(95)
    expect(shed).toBeGreaterThan(11_000)
  })

  it('sheds nothing to speak of while less is asked than can be done', async () => {
    const { latenciesMs, perSecond, shed } = await overload({ ...capacity, perSecond: 60, seconds: 60 })

    expect(percentile(latenciesMs, 0.5)).toBeLessThan(120)
    expect(percentile(latenciesMs, 0.99)).toBeLessThan(250)
    expect(perSecond).toBeGreaterThan(59)
    expect(shed).toBeLessThan(60)
  })

  it('learns that the service has become slower, and that it is fast again', async () => {
    const { perSecond, latenciesMs } = await overload({
      ...capacity,
      perSecond: 300,
      seconds: 180,
      workersAt: second => (second >= 60 && second < 120 ? 3 : 10),
      from: 160,
    })

    expect(perSecond).toBeGreaterThan(95)
    expect(percentile(latenciesMs, 0.99)).toBeLessThan(400)
  })
})

describe('AdaptiveLimit', () => {
  it('stays within its bounds, whatever it is told', () => {
    const runs = fc.array(
      fc.record({
        durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
        inFlight: fc.integer({ min: 1, max: 2000 }),
        isAnswered: fc.boolean(),
        afterMs: fc.nat(1000),
      }),
      { maxLength: 300 },
    )
    fc.assert(
      fc.property(
        runs,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 10, max: 100 }),
        (all, min, max) => {
          let nowMs = 0
          const limit = new AdaptiveLimit({
            initial: 10,
            min,
            max,
            windowMs: 100,
            probeEveryMs: 2000,
            now: () => nowMs,
          })
          for (const { afterMs, ...run } of all) {
            nowMs += afterMs
            limit.onEnd(run)
            expect(Number.isInteger(limit.current)).toBe(true)
            expect(limit.current).toBeGreaterThanOrEqual(min)
            expect(limit.current).toBeLessThanOrEqual(max)
          }
        },
      ),
    )
  })

  it('learns nothing from what is refused at once, and takes a time-out for what it is: slow', () => {
    const afterEnds = (isAnswered: boolean, durationMs: number): number => {
      let nowMs = 0
      const limit = new AdaptiveLimit({ initial: 100, windowMs: 100, now: () => nowMs })
      const end = (run: { isAnswered: boolean; durationMs: number }) => {
        nowMs += 20
        limit.onEnd({ inFlight: 100, ...run })
      }
      for (let at = 0; at < 10; at++) end({ isAnswered: true, durationMs: 50 })
      for (let at = 0; at < 100; at++) end({ isAnswered, durationMs })
      return limit.current
    }

    expect(afterEnds(false, 1)).toBe(100)
    expect(afterEnds(false, 5000)).toBeLessThan(30)
  })
})

/** A service whose requests end one at a time, oldest first, when they are told to. */
function manual(options: ConcurrencyLimitFilterOptions) {
  const running: (() => void)[] = []
  let begun = 0
  const work = async (): Promise<string> => {
    const name = `answer ${++begun}`
    await new Promise<void>(resolve => running.push(resolve))
    return name
  }
  const service = chain([new ConcurrencyLimitFilter<undefined, string>(options)], work)
  return {
    running: () => running.length,
    ask(signal?: AbortSignal): Promise<string> {
      const tx = new Transaction({ kind: 'request', operation: 'ask', ...(signal && { signal }) })
      return runInTx(tx, () => service(undefined))
    },
    async finish() {
      running.shift()?.()
      await settle()
    },
  }
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await Promise.resolve()
}

interface Overload {
  workers: number
  serviceMs: number
  /** How many requests come a second. */
  perSecond: number
  seconds: number
  /** @default true */
  isLimited?: boolean
  /** How many workers there are, by the second. @default always the same */
  workersAt?: (second: number) => number
  /** From which second on latency and throughput are looked at: later than what is learned at the start. @default 5 */
  from?: number
}

/** Asks a service with so many workers, and a queue in front of them that no one sees, in virtual time. */
async function overload({
  workers,
  serviceMs,
  perSecond,
  seconds,
  isLimited = true,
  workersAt = () => workers,
  from = 5,
}: Overload) {
  const clock = new VirtualClock({ startMs: 0 })
  const random = pseudoRandom()
  let busy = 0
  const hidden: (() => void)[] = []
  const work = async (): Promise<void> => {
    if (busy >= workersAt(clock.now() / 1000)) await new Promise<void>(resolve => hidden.push(resolve))
    busy++
    await clock.sleep(serviceMs * (0.5 + random()))
    busy--
    while (hidden.length > 0 && busy < workersAt(clock.now() / 1000)) {
      hidden.shift()?.()
      await Promise.resolve()
    }
  }
  const now = () => clock.now()
  const filter = new ConcurrencyLimitFilter<undefined, void>({ limit: new AdaptiveLimit({ now }), now })
  const service = chain(isLimited ? [filter] : [], work)

  const latenciesMs: number[] = []
  let shed = 0
  const ask = async (): Promise<void> => {
    const askedAtMs = clock.now()
    try {
      await service(undefined)
      if (clock.now() >= from * 1000) latenciesMs.push(clock.now() - askedAtMs)
    } catch (thrown) {
      if (!(thrown instanceof OverloadedException)) throw thrown
      shed++
    }
  }
  const askAll = async (): Promise<void> => {
    for (let asked = 0; clock.now() < seconds * 1000; await clock.sleep(10)) {
      for (; asked < (clock.now() * perSecond) / 1000; asked++) void ask()
    }
  }
  await clock.run(askAll())
  return { latenciesMs, shed, perSecond: latenciesMs.length / (seconds - from) }
}

/** The same chances in every run (https://en.wikipedia.org/wiki/Linear_congruential_generator). */
function pseudoRandom(): () => number {
  let state = 1
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return state / 2 ** 32
  }
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? 0
}
