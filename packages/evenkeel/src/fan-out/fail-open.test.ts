import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  ConflictException,
  DependencyException,
  Exception,
  type ExceptionClass,
  ExceptionRebuilder,
  InternalException,
  NotFoundException,
  ServiceUnavailableException,
  toWire,
} from '../exceptions/index.ts'
import { chain, OutsideTransactionException, runInTx, Transaction } from '../filters/index.ts'
import { failOpenUses, memoryStats, StatsFilter, successRate } from '../stats/index.ts'
import { failOpen } from './fail-open.ts'

class PlacesUnavailableException extends ServiceUnavailableException {}
class PlacesMovedException extends PlacesUnavailableException {}

const on: [ExceptionClass] = [PlacesUnavailableException]
const findPlaces = async (): Promise<string[]> => ['zurich']
const throwing = (exception: unknown) => async (): Promise<string[]> => {
  throw exception
}

describe('failOpen', () => {
  it('answers with the answer of the call', async () => {
    const places = await counting(() => failOpen(findPlaces, undefined, { on })).run()

    expect(places).toEqual(['zurich'])
    expectTypeOf(places).toEqualTypeOf<string[] | undefined>()
  })

  it('answers with the fallback when a named class interrupts it, or one below', async () => {
    for (const exception of [new PlacesUnavailableException('Away.'), new PlacesMovedException('Moved.')]) {
      await expect(counting(() => failOpen(throwing(exception), [], { on })).run()).resolves.toEqual([])
    }
  })

  it('makes the fallback of the exception where it is a function', async () => {
    const fallback = async (exception: Exception) => [exception.className]
    const { run } = counting(() => failOpen(throwing(new PlacesMovedException('Moved.')), fallback, { on }))

    await expect(run()).resolves.toEqual(['PlacesMovedException'])
  })

  it('lets everything else through', async () => {
    for (const thrown of [
      new DependencyException('The disk is full.'),
      new TypeError('x is not a function'),
    ]) {
      await expect(counting(() => failOpen(throwing(thrown), [], { on })).run()).rejects.toBe(thrown)
    }
  })

  it('never hides a bug, whatever is named', async () => {
    for (const bug of [new TypeError('x is not a function'), new InternalException('The plan is empty.')]) {
      const { run, stats } = counting(() => failOpen(throwing(bug), [], { on: [Exception] }))

      await expect(run()).rejects.toBe(bug)
      expect(failOpenUses(stats.totals())).toEqual([])
    }
  })

  it('counts each swallowed exception by class, under the operation and the name of the call', async () => {
    const { run, stats } = counting(() =>
      failOpen(throwing(new PlacesMovedException('Moved.')), [], { on, name: 'places' }),
    )

    await run()

    expect(stats.totals()).toContainEqual(
      expect.objectContaining({
        kind: 'fail-open',
        operation: 'search/places',
        exception: 'PlacesMovedException',
        category: 'dependency',
        count: 1,
      }),
    )
    expect(successRate(stats.totals())).toBe(1)
  })

  it('is named after its function, or else after the first class', async () => {
    const uses = async (work: () => Promise<unknown>) => {
      const { run, stats } = counting(work)
      await run()
      return failOpenUses(stats.totals()).map(({ operation }) => operation)
    }

    expect(await uses(() => failOpen(findPlaces, [], { on }))).toEqual(['search/findPlaces'])
    expect(await uses(() => failOpen(() => findPlaces(), [], { on }))).toEqual([
      'search/PlacesUnavailableException',
    ])
  })

  it('refuses to run outside a transaction', async () => {
    await expect(failOpen(findPlaces, [], { on })).rejects.toThrow(OutsideTransactionException)
  })
})

describe('failOpenUses', () => {
  it('tells how often each call fails open, and what the success rate would be had it failed closed', async () => {
    let at = 0
    const { run, stats } = counting(async () => {
      at++
      const places = at <= 3 ? throwing(new PlacesUnavailableException('Away.')) : findPlaces
      const users = at === 10 ? throwing(new PlacesMovedException('Moved.')) : findPlaces
      await failOpen(places, [], { on, name: 'places' })
      await failOpen(users, [], { on, name: 'users' })
      if (at === 3) throw new DependencyException('The disk is full.')
    })

    for (let runs = 0; runs < 10; runs++) await run().catch(() => undefined)

    expect(successRate(stats.totals())).toBe(0.9)
    expect(failOpenUses(stats.totals())).toEqual([
      {
        operation: 'search/places',
        runs: 10,
        swallowed: { PlacesUnavailableException: 3 },
        rate: 0.3,
        successRateIfClosed: 0.7, // the third would have failed anyway
      },
      {
        operation: 'search/users',
        runs: 10,
        swallowed: { PlacesMovedException: 1 },
        rate: 0.1,
        successRateIfClosed: 0.8,
      },
    ])
  })

  it('counts a transaction once, however often its call failed open', async () => {
    const { run, stats } = counting(async () => {
      for (let turn = 0; turn < 5; turn++) {
        await failOpen(throwing(new PlacesUnavailableException('Away.')), [], { on, name: 'places' })
      }
    })

    await run()

    expect(failOpenUses(stats.totals())).toMatchObject([{ runs: 5, rate: 1, successRateIfClosed: 0 }])
  })

  it("takes a remote's client fault for what it would be at our edge, and a client fault of our own for none", async () => {
    const remote = new ExceptionRebuilder([]).rebuild(toWire(new NotFoundException('No.'), 'places', 'TX3'))
    const uses = async (exception: Exception) => {
      const { run, stats } = counting(() => failOpen(throwing(exception), [], { on: [Exception] }))
      await run()
      return failOpenUses(stats.totals())
    }

    expect(await uses(remote)).toMatchObject([{ successRateIfClosed: 0 }])
    expect(await uses(new ConflictException('It is running.'))).toMatchObject([
      { successRateIfClosed: undefined },
    ])
  })
})

/** Work whose transactions are counted. */
function counting<T>(work: () => Promise<T>) {
  const stats = memoryStats()
  const service = chain([new StatsFilter<undefined, T>({ stats })], work)
  return {
    stats,
    run: () => runInTx(new Transaction({ kind: 'request', operation: 'search' }), () => service(undefined)),
  }
}
