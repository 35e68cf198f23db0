import { describe, expect, it } from 'vitest'
import {
  type Exception,
  NotFoundException,
  ServiceUnavailableException,
  statusTable,
} from '../exceptions/index.ts'
import {
  chain,
  currentTx,
  newTxId,
  OutsideTransactionException,
  runInTx,
  type Service,
  Transaction,
  type TxId,
} from '../filters/index.ts'
import { memoryTxLog } from './memory/memory-tx-log.ts'
import { loggable } from './redaction/loggable.ts'
import type { TxLog, TxRow } from './tx-log.ts'
import { TxLoggingFilter, type TxLoggingFilterOptions } from './tx-logging-filter.ts'

const fields = { request: loggable.text(50), ended: loggable.text(50) }

class ServerNotFoundException extends NotFoundException {}

interface Answer {
  readonly status: number
  readonly body: string
}

describe('TxLoggingFilter', () => {
  it('logs a success with what the transaction knows of itself, and hands the answer on', async () => {
    const parentId = newTxId()
    const { run, tx, rows } = logging(
      async () => {
        currentTx().operation = 'GET /v1/servers/{id}'
        currentTx().principal = 'ada'
        currentTx().resource = 'server:7'
        return { status: 200, body: 'web-1' }
      },
      { parentId },
    )

    await expect(run()).resolves.toEqual({ status: 200, body: 'web-1' })
    expect(await rows()).toEqual([
      {
        id: tx.id,
        parentId,
        kind: 'request',
        operation: 'GET /v1/servers/{id}',
        startedAtMs: tx.startedAtMs,
        durationMs: 10,
        status: 200,
        exception: undefined,
        category: undefined,
        causes: [],
        principal: 'ada',
        resource: 'server:7',
        calls: [],
        fields: {},
      },
    ])
  })

  it('logs an exception with its causes, and lets the same one through', async () => {
    const exception = new ServerNotFoundException('No server 7.', { cause: new Error('no row') })
    const { run, rows } = logging(throwing(exception))

    await expect(run()).rejects.toBe(exception)
    expect(await rows()).toMatchObject([
      {
        exception: 'ServerNotFoundException',
        category: 'client',
        status: 404,
        causes: [{ exception: 'ServerNotFoundException' }, { exception: 'Error', message: 'no row' }],
      },
    ])
  })

  it('logs the calls that were made, and not those that come later', async () => {
    const call = {
      operation: 'dns.setPointer',
      startedAfterMs: 1,
      durationMs: 2,
      exception: undefined,
      category: undefined,
    }
    const { run, tx, rows } = logging(async () => {
      currentTx().addCall(call)
      return { status: 200, body: '' }
    })

    await run()
    tx.addCall(call)

    expect(await rows()).toMatchObject([{ calls: [call] }])
  })

  it('keeps nothing of request or answer but what `fieldsOf` names', async () => {
    const service: Service<string, Answer> = async request => ({ status: 200, body: `secret of ${request}` })
    const silent = logging(service)
    const speaking = logging(service, {
      fieldsOf: (request, outcome) => ({ request, ended: outcome.kind }),
    })

    await silent.run()
    await speaking.run()

    expect(JSON.stringify(await silent.rows())).not.toMatch(/secret|list/)
    expect(await speaking.rows()).toMatchObject([{ fields: { request: 'list', ended: 'answered' } }])
  })

  it("takes statuses from the service's own table, and logs 0 where its kind has none", async () => {
    const exception = new ServerNotFoundException('No server 7.')
    const own = logging(throwing(exception), { statusOf: statusTable([[NotFoundException, 410]]) })
    const none = logging(throwing(exception), { hasStatus: false })

    await expect(own.run()).rejects.toBe(exception)
    await expect(none.run()).rejects.toBe(exception)

    expect(await own.rows()).toMatchObject([{ status: 410 }])
    expect(await none.rows()).toMatchObject([{ status: 0 }])
  })

  it('reports a bug, once and with its transaction, and nothing else', async () => {
    const reported: [string, Transaction][] = []
    const report = (exception: Exception, tx: Transaction) => reported.push([exception.message, tx])
    const buggy = logging(throwing(new TypeError('x is not a function')), { report })
    const expected = logging(throwing(new ServiceUnavailableException('The storage is away.')), { report })

    await expect(buggy.run()).rejects.toThrow(TypeError)
    await expect(expected.run()).rejects.toThrow(ServiceUnavailableException)

    expect(reported).toEqual([['TypeError: x is not a function', buggy.tx]])
  })

  it('refuses to run outside a transaction', async () => {
    const service = chain([new TxLoggingFilter({ log: memoryTxLog() })], async () => 'fine')

    await expect(service(undefined)).rejects.toThrow(OutsideTransactionException)
  })

  it('leaves the outcome alone when the log fails, and says so', async () => {
    const problems: string[] = []
    const broken: TxLog = Object.assign(memoryTxLog(), {
      append() {
        throw new Error('out of paper')
      },
    })
    const options = { log: broken, onProblem: ({ message }: Exception) => problems.push(message) }
    const exception = new ServerNotFoundException('No server 7.')

    await expect(logging(async () => ({ status: 200, body: '' }), options).run()).resolves.toBeDefined()
    await expect(logging(throwing(exception), options).run()).rejects.toBe(exception)
    expect(problems).toEqual(['Error: out of paper', 'Error: out of paper'])
  })

  it('logs what it knows when `fieldsOf` and `report` fail, and says so', async () => {
    const problems: string[] = []
    const { run, rows } = logging(throwing(new Error('a bug')), {
      fieldsOf: () => {
        throw new Error('no fields')
      },
      report: () => {
        throw new Error('no report')
      },
      onProblem: ({ message }) => problems.push(message),
    })

    await expect(run()).rejects.toThrow('a bug')

    expect(await rows()).toMatchObject([{ exception: 'InternalException', fields: {} }])
    expect(problems).toEqual(['Error: no report', 'Error: no fields'])
  })
})

interface LoggingOptions extends Partial<TxLoggingFilterOptions<string, Answer>> {
  parentId?: TxId
  /** @default true */
  hasStatus?: boolean
}

/** A service in a transaction, logged by a clock that goes on by 10 ms each time it is read. */
function logging(service: Service<string, Answer>, options: LoggingOptions = {}) {
  const { parentId, hasStatus = true, log = memoryTxLog({ fields }), ...others } = options
  let nowMs = 0
  const now = (): number => {
    nowMs += 10
    return nowMs
  }
  const statuses = hasStatus ? { statusOfAnswer: ({ status }: Answer) => status } : {}
  const logged = chain([new TxLoggingFilter({ log, now, ...statuses, ...others })], service)
  const tx = new Transaction({ kind: 'request', operation: 'unmatched', parentId })
  return {
    tx,
    run: (): Promise<Answer> => runInTx(tx, () => logged('list')),
    rows: (): Promise<readonly TxRow[]> => log.query({}),
  }
}

function throwing(thrown: unknown): Service<string, never> {
  return async () => {
    throw thrown
  }
}
