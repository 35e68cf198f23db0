import { setImmediate } from 'node:timers/promises'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type Exception,
  type FanOutException,
  FullFailureException,
  InternalException,
  PartialFailureException,
  ServiceUnavailableException,
} from '../exceptions/index.ts'
import {
  chain,
  Filter,
  OutsideTransactionException,
  runInTx,
  type Service,
  Transaction,
  type TransactionOptions,
} from '../filters/index.ts'
import { memoryStats, StatsFilter } from '../stats/index.ts'
import { type Branches, type FanOutResults, fanOut, isFailureOf } from './fan-out.ts'

class MailboxFullException extends ServiceUnavailableException {}

const sent = { phone: async () => 'rang' as const, tablet: () => 2 }
const refusing = (exception: unknown) => async (): Promise<string> => {
  throw exception
}

describe('fanOut', () => {
  it('answers with the result of every branch, each of its own type', async () => {
    const results = await inTx(() => fanOut(sent))

    expect(results).toEqual({ phone: 'rang', tablet: 2 })
    expectTypeOf(results).toEqualTypeOf<{ readonly phone: 'rang'; readonly tablet: number }>()
  })

  it('answers in the order of the branches, whichever ends first', async () => {
    const slow = async () => {
      await setImmediate()
      return 'slow'
    }

    expect(Object.keys(await inTx(() => fanOut({ slow, ...sent })))).toEqual(['slow', 'phone', 'tablet'])
  })

  it('answers with nothing where there is no branch', async () => {
    await expect(inTx(() => fanOut({}))).resolves.toEqual({})
  })

  it('runs the branches at once, and lets the others go on when one is interrupted', async () => {
    const events: string[] = []
    const slow = async () => {
      events.push('slow begins')
      await setImmediate()
      events.push('slow ends')
      return 'done'
    }
    const exception = await failureOf({ email: refusing(new MailboxFullException('Full.')), slow })

    expect(events).toEqual(['slow begins', 'slow ends'])
    expect(exception).toBeInstanceOf(PartialFailureException)
    expect(exception).toMatchObject({ results: { slow: 'done' }, fractionSucceeded: 0.5 })
  })

  it('keeps what each branch came to', async () => {
    const full = new MailboxFullException('The mailbox of ada is full.')
    const exception = await failureOf({ ...sent, email: refusing(full) })

    expect(exception.results).toEqual({ phone: 'rang', tablet: 2 })
    expect(exception.exceptions.email).toBe(full)
    expect(exception.cause).toBe(full)
    expect(exception.message).toBe(
      '1 of 3 branches failed. email: MailboxFullException: The mailbox of ada is full.',
    )
  })

  it('throws a full failure when every branch is interrupted, also by what is thrown at once and is no exception', async () => {
    const exception = await failureOf({
      phone: () => {
        throw new TypeError('x is not a function')
      },
      email: refusing(undefined),
    })

    expect(exception).toBeInstanceOf(FullFailureException)
    expect(exception.fractionSucceeded).toBe(0)
    expect(exception.exceptions.phone).toBeInstanceOf(InternalException)
    expect(exception.exceptions.email).toBeInstanceOf(InternalException)
  })

  it('counts every branch by class, under the operation and its name', async () => {
    const { stats, run } = service(() =>
      fanOut({ ...sent, email: refusing(new MailboxFullException('Full.')) }),
    )

    await expect(run()).rejects.toThrow(PartialFailureException)

    const counted = stats
      .totals()
      .map(({ kind, operation, exception }) => `${kind} ${operation} ${exception}`)
    expect(counted.toSorted()).toEqual([
      'branch notify/email MailboxFullException',
      'branch notify/phone undefined',
      'branch notify/tablet undefined',
      'request notify PartialFailureException',
    ])
  })

  it('records every branch on the transaction, with when it began and what it ended with', async () => {
    let nowMs = 1000
    const tx = transaction({ startedAtMs: 900 })
    const branches = {
      email: async () => {
        nowMs = 1250
        throw new MailboxFullException('Full.')
      },
    }

    await expect(runInTx(tx, () => fanOut(branches, { now: () => nowMs }))).rejects.toThrow(
      FullFailureException,
    )

    expect(tx.calls).toEqual([
      {
        operation: 'branch email',
        startedAfterMs: 100,
        durationMs: 250,
        exception: 'MailboxFullException',
        category: 'dependency',
      },
    ])
  })

  it('runs the filters round every branch', async () => {
    class ShoutFilter extends Filter<string, unknown> {
      override async apply(branch: string, next: Service<string, unknown>) {
        return `${branch}: ${await next(branch)}!`
      }
    }

    const results = await inTx(() => fanOut(sent, { filters: [new ShoutFilter()] }))

    expect(results).toEqual({ phone: 'phone: rang!', tablet: 'tablet: 2!' })
  })

  it('takes a branch of any name', async () => {
    const names = ['__proto__', 'constructor', 'toString']
    const branches = Object.fromEntries(names.map(name => [name, async () => name]))

    expect(Object.entries(await inTx(() => fanOut(branches)))).toEqual(names.map(name => [name, name]))
  })

  it('refuses to run outside a transaction', async () => {
    await expect(fanOut(sent)).rejects.toThrow(OutsideTransactionException)
  })
})

describe('isFailureOf', () => {
  it('gives results and exceptions their types, for these very branches only', async () => {
    const branches = { ...sent, email: refusing(new MailboxFullException('Full.')) }
    const thrown: unknown = await failureOf(branches)

    expect(isFailureOf({ ...branches }, thrown)).toBe(false)
    expect(isFailureOf(branches, new Error('another'))).toBe(false)
    if (!isFailureOf(branches, thrown)) throw thrown
    expectTypeOf(thrown.results.phone).toEqualTypeOf<'rang' | undefined>()
    expectTypeOf(thrown.exceptions.email).toEqualTypeOf<Exception | undefined>()
    expectTypeOf(thrown.data.fractionSucceeded).toEqualTypeOf<number>()
    expect(thrown.results.phone).toBe('rang')
  })
})

function transaction(options: Partial<TransactionOptions> = {}): Transaction {
  return new Transaction({ kind: 'request', operation: 'notify', ...options })
}

function inTx<T>(work: () => Promise<T>): Promise<T> {
  return runInTx(transaction(), work)
}

async function failureOf<Work extends Branches>(
  branches: Work,
): Promise<FanOutException<FanOutResults<Work>>> {
  const thrown = await inTx(() => fanOut(branches)).catch(error => error)
  if (!isFailureOf(branches, thrown)) throw new Error('Nothing was thrown.', { cause: thrown })
  return thrown
}

/** The work as a service whose transactions are counted. */
function service(work: () => Promise<unknown>) {
  const stats = memoryStats()
  const counted = chain([new StatsFilter<undefined, unknown>({ stats })], work)
  return { stats, run: () => inTx(() => counted(undefined)) }
}
