import { describe, expect, it } from 'vitest'
import { NotFoundException } from '../exceptions/client-exceptions.ts'
import { ServiceUnavailableException } from '../exceptions/dependency-exceptions.ts'
import type { Exception } from '../exceptions/exception.ts'
import { statusTable } from '../exceptions/status.ts'
import { chain, type Service } from '../filters/service.ts'
import { currentTx, OutsideTransactionException, runInTx, Transaction } from '../filters/transaction.ts'
import { memoryStats } from './memory-stats.ts'
import type { Outcome, Stats } from './stats.ts'
import { StatsFilter, type StatsFilterOptions } from './stats-filter.ts'

class ServerNotFoundException extends NotFoundException {}

describe('StatsFilter', () => {
  it('counts a success with its status and duration, and hands the answer on', async () => {
    const { run, totals } = counting(async () => ({ status: 201 }), {
      statusOfAnswer: ({ status }) => status,
    })

    await expect(run()).resolves.toEqual({ status: 201 })
    expect(totals()).toEqual([
      {
        kind: 'request',
        operation: 'GET /v1/servers',
        exception: undefined,
        category: undefined,
        status: 201,
        count: 1,
        durationMsSum: 10,
      },
    ])
  })

  it('counts an exception by class, category and status, and lets the same one through', async () => {
    const exception = new ServerNotFoundException('No server 7.')
    const { run, totals } = counting(throwing(exception), { statusOfAnswer: () => 200 })

    await expect(run()).rejects.toBe(exception)
    expect(totals()).toMatchObject([
      { exception: 'ServerNotFoundException', category: 'client', status: 404, count: 1, durationMsSum: 10 },
    ])
  })

  it('counts anything else that was thrown as an InternalException, and lets the same thing through', async () => {
    const { run, totals } = counting(throwing('out of paper'), { statusOfAnswer: () => 200 })

    await expect(run()).rejects.toBe('out of paper')
    expect(totals()).toMatchObject([{ exception: 'InternalException', category: 'internal', status: 500 }])
  })

  it("takes statuses from the service's own table", async () => {
    const { run, totals } = counting(throwing(new ServerNotFoundException('No server 7.')), {
      statusOf: statusTable([[NotFoundException, 410]]),
      statusOfAnswer: () => 200,
    })

    await expect(run()).rejects.toThrow()
    expect(totals()).toMatchObject([{ status: 410 }])
  })

  it('counts every status as 0 where this kind of service has none', async () => {
    const { run, totals } = counting(throwing(new ServiceUnavailableException('The storage is away.')), {})

    await expect(run()).rejects.toThrow()
    expect(totals()).toMatchObject([{ exception: 'ServiceUnavailableException', status: 0 }])
  })

  it('counts under the operation that is known when the service has run', async () => {
    const { run, totals } = counting(async () => {
      currentTx().operation = 'POST /v1/servers'
      return { status: 201 }
    })

    await run()

    expect(totals()).toMatchObject([{ operation: 'POST /v1/servers', count: 1 }])
  })

  it('counts what `identify` names, outside any transaction too', async () => {
    const stats = memoryStats()
    const call = chain(
      [new StatsFilter({ stats, identify: (port: number) => ({ kind: 'call', operation: `port ${port}` }) })],
      async port => port,
    )

    await call(8080)

    expect(stats.totals()).toMatchObject([{ kind: 'call', operation: 'port 8080', count: 1 }])
  })

  it('refuses to run outside a transaction when nothing says what is to be counted', async () => {
    let hasRun = false
    const service = chain([new StatsFilter({ stats: memoryStats() })], async () => {
      hasRun = true
    })

    await expect(service(undefined)).rejects.toThrow(OutsideTransactionException)
    expect(hasRun).toBe(false)
  })

  it('tells on whose behalf a transaction ran: its principal, without what that came with', async () => {
    const recorded: Outcome[] = []
    const tx = new Transaction({ kind: 'request', operation: 'GET /v1/servers' })
    const service = chain(
      [new StatsFilter({ stats: { record: outcome => recorded.push(outcome) } })],
      async () => {
        tx.principal = 'project:7/token:ci'
      },
    )

    await runInTx(tx, () => service('list'))

    expect(recorded).toMatchObject([{ caller: 'project:7', txId: tx.id }])
  })

  it('leaves the outcome alone when counting itself fails, and says so', async () => {
    const problems: Exception[] = []
    const stats: Stats = {
      record() {
        throw new TypeError('counter out of order')
      },
    }
    const exception = new ServerNotFoundException('No server 7.')
    const options = { stats, onProblem: (problem: Exception) => problems.push(problem) }

    await expect(counting(async () => 'fine', options).run()).resolves.toBe('fine')
    await expect(counting(throwing(exception), options).run()).rejects.toBe(exception)
    expect(problems.map(({ message }) => message)).toEqual([
      'TypeError: counter out of order',
      'TypeError: counter out of order',
    ])
  })
})

/** A service in a transaction, counted by a clock that goes on by 10 ms each time it is read. */
function counting<Resp>(
  service: Service<string, Resp>,
  options: Partial<StatsFilterOptions<string, Resp>> = {},
) {
  const stats = memoryStats()
  let nowMs = 0
  const now = (): number => {
    nowMs += 10
    return nowMs
  }
  const counted = chain([new StatsFilter({ stats, now, ...options })], service)
  const tx = new Transaction({ kind: 'request', operation: 'GET /v1/servers' })
  return { run: () => runInTx(tx, () => counted('list')), totals: () => stats.totals() }
}

function throwing(thrown: unknown): Service<string, never> {
  return async () => {
    throw thrown
  }
}
