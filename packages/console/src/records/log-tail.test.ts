import { PassThrough } from 'node:stream'
import { memoryTxLog, type TxConditions, type TxLog } from 'evenkeel/tx-log'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { idNumber, txRow } from '../console.fixture.ts'
import { LogTail, type LogTailOptions, type TailedRows } from './log-tail.ts'

describe('LogTail', () => {
  let log: TxLog
  const nowMs = 1_000_000_000

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    log = memoryTxLog()
  })
  afterEach(() => vi.useRealTimers())

  const append = (number: number, parts: Parameters<typeof txRow>[0] = {}) =>
    log.append(txRow({ id: idNumber(number), ...parts }))

  async function follow(
    conditions: TxConditions = {},
    options: Partial<LogTailOptions> = {},
    client = new PassThrough(),
  ) {
    const tail = new LogTail({ log, conditions, now: () => nowMs, ...options })
    tail.follow(client, await tail.firstRows())
    return client
  }

  const aMomentLater = () => vi.advanceTimersByTime(250)

  it('begins with the newest transactions and goes on with what is logged', async () => {
    append(1)
    const client = await follow()
    append(2)
    append(3)
    aMomentLater()

    expect(told(client)).toEqual([[idNumber(1)], [idNumber(3), idNumber(2)]])
  })

  it('begins with what is not long ago only', async () => {
    append(1, { startedAtMs: nowMs - 16 * 60_000 })
    append(2, { startedAtMs: nowMs - 14 * 60_000 })

    expect(told(await follow())).toEqual([[idNumber(2)]])
  })

  it('tells only what meets the conditions', async () => {
    append(1)
    append(2, { exception: 'DiskFullException', category: 'dependency' })
    const client = await follow({ exception: 'DiskFullException' })
    append(3)
    append(4, { exception: 'DiskFullException', category: 'dependency' })
    aMomentLater()

    expect(told(client)).toEqual([[idNumber(2)], [idNumber(4)]])
  })

  it('misses nothing that is logged while the first rows are read', async () => {
    const client = new PassThrough()
    const tail = new LogTail({ log, conditions: {}, now: () => nowMs })
    const firstRows = await tail.firstRows()
    append(1)
    tail.follow(client, firstRows)
    aMomentLater()

    expect(told(client)).toEqual([[], [idNumber(1)]])
  })

  it('tells the newest of more than anyone can read, and how many more there were', async () => {
    const client = await follow({}, { rowsMax: 2 })
    for (const number of [1, 2, 3, 4, 5]) append(number)
    aMomentLater()

    expect(eventsIn(client).at(-1)).toMatchObject({ skipped: 3 })
    expect(eventsIn(client).at(-1)).toBeUndefined()
  })

  it('leaves out what only the page of a transaction shows', async () => {
    append(1, { fields: { name: 'web' } })

    expect(eventsIn(await follow())[0]?.transactions[0]).not.toHaveProperty('fields')
  })

  it('says nothing while nothing is logged', async () => {
    const client = await follow()
    aMomentLater()

    expect(eventsIn(client)).toHaveLength(1)
  })

  it('drops a client that takes nothing', async () => {
    const client = await follow({}, { backlogBytesMax: 5000 }, new PassThrough({ highWaterMark: 1 }))
    for (let number = 0; number < 20; number++) {
      append(number, { operation: 'x'.repeat(1000) })
      aMomentLater()
    }

    expect(client.destroyed).toBe(true)
  })

  it('leaves neither a timer nor a tail behind when its client goes', async () => {
    const ended = vi.fn()
    vi.spyOn(log, 'tail').mockReturnValue(ended)
    const client = await follow()
    await new Promise(resolve => client.once('close', resolve).destroy())

    expect(vi.getTimerCount()).toBe(0)
    expect(ended).toHaveBeenCalledOnce()
  })

  it('leaves no tail behind when the log can not be read, or its client went meanwhile', async () => {
    const ended = vi.fn()
    vi.spyOn(log, 'tail').mockReturnValue(ended)
    const tail = new LogTail({ log, conditions: {}, now: () => nowMs })
    tail.follow(new PassThrough().destroy(), await tail.firstRows())
    expect(ended).toHaveBeenCalledOnce()

    vi.spyOn(log, 'query').mockRejectedValue(new Error('the log is gone'))
    await expect(follow()).rejects.toThrow('the log is gone')
    expect(ended).toHaveBeenCalledTimes(2)
    expect(vi.getTimerCount()).toBe(0)
  })
})

function told(client: PassThrough): string[][] {
  return eventsIn(client).map(({ transactions }) => transactions.map(({ id }) => id))
}

function eventsIn(client: PassThrough): TailedRows[] {
  const text = String(client.read() ?? '')
  return [...text.matchAll(/event: rows\ndata: (.*)\n\n/g)].map(([, data = '']) => JSON.parse(data))
}
