import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConflictException,
  DependencyException,
  type Exception,
  OverloadedException,
  type RetrySafety,
} from '../exceptions/index.ts'
import { memoryStats, StatsFilter } from '../stats/index.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { RetryBudget } from './retry-budget.ts'
import { RetryFilter, type RetryFilterOptions } from './retry-filter.ts'
import { chain, type Filter } from './service.ts'
import { runInTx, Transaction } from './transaction.ts'

const busy = new OverloadedException('Busy.')
const lost = new DependencyException('The answer was lost.')
const always = () => true

describe('RetryFilter', () => {
  it('answers with the first answer, without waiting', async () => {
    const { run, clock, startMs } = retried([])

    await expect(run()).resolves.toBe('done at attempt 1')
    expect(clock.now()).toBe(startMs)
  })

  it('sends again what is safe to send again, until it is answered', async () => {
    const { run } = retried([busy, busy])

    await expect(run()).resolves.toBe('done at attempt 3')
  })

  it('gives up at its bound, with the last exception', async () => {
    const last = new OverloadedException('Still busy.')
    const { run, attempts } = retried([busy, busy, last])

    await expect(run()).rejects.toBe(last)
    expect(attempts()).toBe(3)
  })

  it.each<[RetrySafety, boolean, number]>([
    ['safe', false, 3],
    ['safe', true, 3],
    ['unknown', false, 1],
    ['unknown', true, 3],
    ['unsafe', false, 1],
    ['unsafe', true, 1],
  ])(
    'when a retry is %s and the request idempotent: %s, makes %i attempts',
    async (retry, isIdempotent, expected) => {
      const exceptions = Array.from({ length: 3 }, () => new DependencyException('No.', { retry }))
      const { run, attempts } = retried(exceptions, { isIdempotent: () => isIdempotent })

      await expect(run()).rejects.toThrow('No.')

      expect(attempts()).toBe(expected)
    },
  )

  it('makes one attempt of what is thrown and no exception, or a fault of the request', async () => {
    for (const thrown of [new TypeError('x is not a function'), new ConflictException('It is running.')]) {
      const { run, attempts } = retried([thrown], { isIdempotent: always })

      await expect(run()).rejects.toBe(thrown)
      expect(attempts()).toBe(1)
    }
  })

  it('waits by chance up to a bound that doubles, and no longer than the longest wait', async () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.array(random, { minLength: 5, maxLength: 5 }), async chances => {
        const waitsMs: number[] = []
        const clock = Object.assign(new VirtualClock(), {
          async sleep(ms: number) {
            waitsMs.push(ms)
          },
        })
        const [...left] = chances
        const options = { attemptsMax: 6, waitMsBase: 100, waitMsMax: 500, random: () => left.shift() ?? 0 }
        const { service } = retried([busy, busy, busy, busy, busy], { ...options, clock })

        await service(undefined)

        expect(waitsMs).toEqual(
          [100, 200, 400, 500, 500].map((boundMs, at) => boundMs * (chances[at] as number)),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('waits as long as it is asked to, and asks nobody again who asks for more than the longest wait', async () => {
    const patient = retried([new OverloadedException('Busy.', { retryAfterMs: 7000 })])
    const tooLong = retried([new OverloadedException('Busy.', { retryAfterMs: 10_001 })])

    await patient.run()
    await expect(tooLong.run()).rejects.toThrow('Busy.')

    expect(patient.clock.now() - patient.startMs).toBe(7000)
    expect(tooLong.attempts()).toBe(1)
  })

  it('never waits past the deadline', async () => {
    for (const [leftMs, expected] of [
      [50, 1],
      [51, 2],
    ] as const) {
      const asking = new OverloadedException('Busy.', { retryAfterMs: 50 })
      const { run, attempts } = retried([asking, asking], { leftMs, random: () => 0 })

      await expect(run()).rejects.toThrow('Busy.')
      expect(attempts()).toBe(expected)
    }
  })

  it('makes no attempt any more when nobody waits', async () => {
    const caller = new AbortController()
    const { start, attempts, clock } = retried([lost], {
      isIdempotent: always,
      signal: caller.signal,
      random: () => 0.5,
    })

    const answer = start()
    await clock.advance(10)
    caller.abort()

    await expect(answer).rejects.toBe(lost)
    expect(attempts()).toBe(1)
  })

  it('adds no more to the load than the budget that it shares with others', async () => {
    const budget = new RetryBudget({ share: 0.2, floorPerSecond: 0 })
    const clients = Array.from({ length: 10 }, () => retried([busy, busy, busy], { budget }))

    for (const { run } of clients) await run().catch(() => undefined)

    expect(clients.reduce((sum, { attempts }) => sum + attempts(), 0)).toBe(12)
  })

  it('shows every attempt to a StatsFilter inside it', async () => {
    const stats = memoryStats()
    const counting = (operation: string) =>
      new StatsFilter<undefined, string>({ stats, identify: () => ({ kind: 'call', operation }) })
    const { run } = retried([busy, lost], { isIdempotent: always }, counting)

    await run()

    const counted = stats.totals().map(({ operation, exception, count }) => [operation, exception, count])
    expect(counted).toEqual([
      ['attempt', 'OverloadedException', 1],
      ['attempt', 'DependencyException', 1],
      ['attempt', undefined, 1],
      ['request', undefined, 1],
    ])
  })

  it('prints its bound', () => {
    expect(String(new RetryFilter({ attemptsMax: 4 }))).toBe('RetryFilter(4 attempts)')
  })
})

interface Retried extends Omit<RetryFilterOptions<undefined>, 'clock'> {
  clock?: VirtualClock
  /** How long its caller waits yet. @default for ever */
  leftMs?: number
  signal?: AbortSignal
}

/** A service that throws each of these in turn and then answers. */
function retried(
  thrown: readonly (Exception | Error)[],
  { clock = new VirtualClock(), leftMs, signal, ...options }: Retried = {},
  counting: (operation: string) => Filter<undefined, string> | undefined = () => undefined,
) {
  let attempts = 0
  const attempt = async (): Promise<string> => {
    const next = thrown[attempts++]
    if (next !== undefined) throw next
    return `done at attempt ${attempts}`
  }
  const filter = new RetryFilter<undefined, string>({ clock, ...options })
  const filters = [counting('request'), filter, counting('attempt')].filter(each => each !== undefined)
  const service = chain(filters, attempt)
  const startMs = clock.now()
  const tx = new Transaction({
    kind: 'request',
    operation: 'search',
    ...(leftMs !== undefined && { deadlineMs: startMs + leftMs }),
    ...(signal !== undefined && { signal }),
  })
  const start = (): Promise<string> => runInTx(tx, () => service(undefined))
  return { run: () => clock.run(start()), start, service, clock, startMs, attempts: () => attempts }
}
