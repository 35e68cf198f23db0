import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Exception, ServiceUnavailableException } from '../exceptions/index.ts'
import { currentTx, runInTx, Transaction } from '../filters/index.ts'
import { memoryStats } from '../stats/index.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { memoryTxLog } from '../tx-log/memory/memory-tx-log.ts'
import { type BackgroundOptions, backgroundWith } from './background.ts'

class MailboxFullException extends ServiceUnavailableException {}

describe('background', () => {
  it('runs work as a transaction of its own, counted and logged', async () => {
    const { background, rows, counted } = testing()

    await background('mail.welcome', async () => {
      currentTx().resource = 'user:7'
    })

    expect(await rows()).toMatchObject([
      { kind: 'background', operation: 'mail.welcome', resource: 'user:7', exception: undefined, status: 0 },
    ])
    expect(counted()).toEqual(['background mail.welcome undefined 1'])
  })

  it.each([
    ['an exception', new MailboxFullException('Full.'), 'MailboxFullException'],
    ['a bug', new TypeError('x is not a function'), 'InternalException'],
    ['undefined', undefined, 'InternalException'],
  ])('lets %s never escape, and counts it by class', async (_, thrown, className) => {
    const { background, counted } = testing()
    const work = () => {
      throw thrown
    }

    await expect(background('mail.welcome', work)).resolves.toBeUndefined()
    await expect(background('mail.welcome', async () => work())).resolves.toBeUndefined()

    expect(counted()).toEqual([`background mail.welcome ${className} 2`])
  })

  it('reports a bug, with its transaction', async () => {
    const reported: [string, string][] = []
    const report = ({ message }: Exception, { operation }: Transaction) => reported.push([message, operation])
    const { background } = testing({ report })

    await background('mail.welcome', () => Promise.reject(new TypeError('x is not a function')))
    await background('mail.welcome', () => Promise.reject(new MailboxFullException('Full.')))

    expect(reported).toEqual([['TypeError: x is not a function', 'mail.welcome']])
  })

  it('belongs to the transaction that began it, unless it is told another', async () => {
    const { background, rows } = testing()
    const request = new Transaction({ kind: 'request', operation: 'POST /users' })
    const other = new Transaction({ kind: 'request', operation: 'GET /users' })

    await runInTx(request, () => background('a', () => {}))
    await runInTx(request, () => background('b', () => {}, { parentId: other.id }))
    await background('c', () => {})

    const parents = (await rows()).map(({ operation, parentId }) => [operation, parentId])
    expect(Object.fromEntries(parents)).toEqual({ a: request.id, b: other.id, c: undefined })
  })

  it('prints its chain', () => {
    expect(testing().background.chain).toBe('StatsFilter → TxLoggingFilter → EdgeFilter → doWork')
  })
})

describe('background.repeat', () => {
  it('runs at intervals, a little longer or shorter by chance', async () => {
    const chances = [0, 0.5, 0.75]
    const { background, clock } = testing({ random: () => chances.shift() ?? 0.5 })
    const startMs = clock.now()
    const ranAtMs: number[] = []

    background.repeat('janitor', () => ranAtMs.push(clock.now() - startMs), { intervalMs: 1000, jitter: 0.2 })
    await clock.advance(5000)

    expect(ranAtMs).toEqual([800, 1800, 2900, 3900, 4900])
  })

  it('never runs twice at once, however long a run takes', async () => {
    const { background, clock } = testing({ random: () => 0.5 })
    let running = 0
    let runningMax = 0
    let runs = 0

    background.repeat(
      'janitor',
      async () => {
        runs++
        runningMax = Math.max(runningMax, ++running)
        await clock.sleep(2500)
        running--
      },
      { intervalMs: 1000 },
    )
    await clock.advance(10_500)

    expect([runs, runningMax]).toEqual([3, 1])
  })

  it('goes on after a run that failed', async () => {
    const { background, clock, counted } = testing({ random: () => 0.5 })
    const work = () => Promise.reject(new MailboxFullException('Full.'))

    background.repeat('outbox', work, { intervalMs: 1000 })
    await clock.advance(3500)

    expect(counted()).toEqual(['background outbox MailboxFullException 3'])
  })

  it('stops: aborts the present run, waits for its end, and begins none any more', async () => {
    const { background, clock } = testing({ random: () => 0.5 })
    const events: string[] = []
    const repetition = background.repeat(
      'janitor',
      async () => {
        events.push('begins')
        await clock.sleep(60_000, currentTx().signal)
        events.push(currentTx().signal.aborted ? 'is told to stop' : 'ends')
        await turn()
        events.push('has ended')
      },
      { intervalMs: 1000 },
    )
    await clock.advance(1500)

    await repetition.stop()
    events.push('stopped')
    await clock.advance(100_000)

    expect(events).toEqual(['begins', 'is told to stop', 'has ended', 'stopped'])
  })
})

describe('background.stop', () => {
  it('ends repetitions, and waits for all that runs and for what that begins', async () => {
    const { background, clock, counted } = testing({ random: () => 0.5 })
    background.repeat('janitor', () => {}, { intervalMs: 1000 })
    background('first', async () => {
      await clock.sleep(500)
      background('second', () => clock.sleep(500))
    })

    await clock.run(background.stop())
    await clock.advance(10_000)

    expect(counted()).toEqual(['background first undefined 1', 'background second undefined 1'])
  })
})

function testing(options: Partial<BackgroundOptions> = {}) {
  const clock = new VirtualClock()
  const stats = memoryStats({ now: () => clock.now() })
  const log = memoryTxLog()
  return {
    clock,
    background: backgroundWith({ stats, log, clock, ...options }),
    rows: () => log.query({}),
    counted: () =>
      stats
        .totals()
        .map(({ kind, operation, exception, count }) => `${kind} ${operation} ${exception} ${count}`)
        .toSorted(),
  }
}
