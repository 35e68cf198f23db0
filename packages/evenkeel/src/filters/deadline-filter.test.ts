import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConflictException,
  DeadlineExceededException,
  DependencyException,
  type Exception,
  statusOf,
} from '../exceptions/index.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { DeadlineFilter, type DeadlineFilterOptions } from './deadline-filter.ts'
import { chain, type Service } from './service.ts'
import { currentTx, OutsideTransactionException, runInTx, Transaction } from './transaction.ts'

describe('DeadlineFilter', () => {
  it('hands on what the service answers in time', async () => {
    const { clock, run } = limited({ limitMs: 100 }, async () => {
      await clock.sleep(99)
      return 'in time'
    })

    await expect(clock.run(run())).resolves.toBe('in time')
  })

  it('hands on what the service throws in time', async () => {
    const exception = new ConflictException('It is running.')
    const { clock, run } = limited({ limitMs: 100 }, throwing(exception))

    await expect(clock.run(run())).rejects.toBe(exception)
  })

  it('tells who waits that the time is over, as soon as it is, and aborts the work', async () => {
    let signal: AbortSignal | undefined
    const { clock, run } = limited({ limitMs: 100 }, async () => {
      signal = currentTx().signal
      await clock.sleep(1_000_000)
    })
    const startMs = clock.now()

    const exception = await clock.run(run()).catch(thrown => thrown)

    expect(clock.now() - startMs).toBe(100)
    expect(exception).toBeInstanceOf(DeadlineExceededException)
    expect(exception).toMatchObject({ data: { operation: 'search', timeMs: 100 }, retry: 'unknown' })
    expect(statusOf(exception)).toBe(504)
    expect(signal?.reason).toBe(exception)
  })

  it('takes the earlier of its own limit and what the caller has left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 1e9 }),
        async (limitMs, leftMs) => {
          const { clock, run } = limited({ limitMs, leftMs }, () => new Promise(() => {}))
          const startMs = clock.now()

          await expect(clock.run(run())).rejects.toBeInstanceOf(DeadlineExceededException)

          expect(clock.now() - startMs).toBe(Math.min(limitMs, leftMs))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('gives the work its deadline, for what it calls to be told', async () => {
    const { clock, run } = limited({ limitMs: 100, leftMs: 5000 }, async () => currentTx().deadlineMs)

    await expect(clock.run(run())).resolves.toBe(clock.now() + 100)
  })

  it('does not begin when no time is left, and says that a repetition is safe', async () => {
    let isBegun = false
    const { run } = limited({ leftMs: 0 }, async () => {
      isBegun = true
    })

    await expect(run()).rejects.toMatchObject({ className: 'DeadlineExceededException', retry: 'safe' })
    expect(isBegun).toBe(false)
  })

  it('sets no limit where nobody gives one', async () => {
    const { clock, run, tx } = limited({}, async () => currentTx())

    await expect(clock.run(run())).resolves.toBe(tx)
  })

  it('aborts the work too when its caller leaves', async () => {
    const caller = new AbortController()
    const left = new Error('the client left')
    let signal: AbortSignal | undefined
    const { clock, run } = limited({ limitMs: 100, signal: caller.signal }, async () => {
      signal = currentTx().signal
      caller.abort(left)
      return signal.aborted
    })

    await expect(clock.run(run())).resolves.toBe(true)
    expect(signal?.reason).toBe(left)
  })

  it('lets the work tell of its transaction as without it', async () => {
    const { clock, run, tx } = limited({ limitMs: 100 }, async () => {
      const within = currentTx()
      within.principal = 'ada'
      within.resource = 'server:7'
      tx.operation = 'GET /tweets' // an adapter learns the route late
      within.addCall({
        operation: 'places',
        startedAfterMs: 0,
        durationMs: 1,
        exception: undefined,
        category: undefined,
      })
      return [within.id, within.operation, within.calls]
    })

    await expect(clock.run(run())).resolves.toEqual([tx.id, 'GET /tweets', tx.calls])
    expect(tx).toMatchObject({ principal: 'ada', resource: 'server:7' })
    expect(tx.calls).toHaveLength(1)
  })

  it('reports a failure that comes too late, unless it only says that it was aborted', async () => {
    const late = new DependencyException('The disk is full.')
    const problems: Exception[] = []
    const failing = limited({ limitMs: 100, problems }, async () => {
      await failing.clock.sleep(200)
      throw late
    })
    const aborted = limited({ limitMs: 100, problems }, async () => {
      const { signal } = currentTx()
      await aborted.clock.sleep(200, signal)
      throw new DependencyException('The call was aborted.', { cause: signal.reason })
    })

    for (const { clock, run } of [failing, aborted]) {
      await expect(clock.run(run())).rejects.toBeInstanceOf(DeadlineExceededException)
      await clock.advance(1000)
    }

    expect(problems).toEqual([late])
  })

  it('prints its limit', () => {
    expect(String(new DeadlineFilter({ limitMs: 500 }))).toBe('DeadlineFilter(500 ms)')
    expect(String(new DeadlineFilter())).toBe('DeadlineFilter')
  })

  it('refuses to run outside a transaction', async () => {
    const service = chain([new DeadlineFilter({ limitMs: 100 })], async () => 'fine')

    await expect(service(undefined)).rejects.toThrow(OutsideTransactionException)
  })
})

interface Limited extends DeadlineFilterOptions {
  /** How long its caller waits yet. @default for ever */
  leftMs?: number
  signal?: AbortSignal
  problems?: Exception[]
}

function limited<T>({ leftMs, signal, problems = [], ...options }: Limited, service: Service<undefined, T>) {
  const clock = new VirtualClock()
  const filter = new DeadlineFilter<undefined, T>({
    clock,
    onProblem: exception => problems.push(exception),
    ...options,
  })
  const tx = new Transaction({
    kind: 'request',
    operation: 'search',
    ...(leftMs !== undefined && { deadlineMs: clock.now() + leftMs }),
    ...(signal !== undefined && { signal }),
  })
  return { clock, tx, run: () => runInTx(tx, () => chain([filter], service)(undefined)) }
}

function throwing(thrown: unknown): Service<undefined, never> {
  return async () => {
    throw thrown
  }
}
