import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeRecords, idNumber, txRow } from '../console.fixture.ts'
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts'
import type { LiveReading } from './live-reading.ts'

describe('LiveFeed', () => {
  let nowMs = 0
  let records: FakeRecords
  const onFailure = vi.fn<(error: unknown) => void>()

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    nowMs = 1_000_000
    records = new FakeRecords()
    onFailure.mockReset()
  })
  afterEach(() => vi.useRealTimers())

  const feedOf = (options: Partial<LiveFeedOptions> = {}) =>
    new LiveFeed({
      stats: records.stats,
      log: records.log,
      actions: records,
      findings: undefined,
      now: () => nowMs,
      onFailure,
      ...options,
    })

  const join = async (feed: LiveFeed, client = new PassThrough()) => {
    feed.join(client, await feed.snapshot())
    return client
  }

  const aSecondLater = async () => {
    nowMs += 1000
    await vi.advanceTimersByTimeAsync(1000)
  }

  it('sends a snapshot at once and what is new with the next second', async () => {
    records.rows = [txRow({ id: idNumber(1) })]
    const client = await join(feedOf())
    records.rows.unshift(txRow({ id: idNumber(2) }))
    await aSecondLater()

    const [snapshot, update] = eventsIn(client)
    expect(snapshot?.name).toBe('snapshot')
    expect(snapshot?.reading.transactions.map(({ id }) => id)).toEqual([idNumber(1)])
    expect(update?.name).toBe('update')
    expect(update?.reading.transactions.map(({ id }) => id)).toEqual([idNumber(2)])
  })

  it('sends an update every second, even when nothing has happened', async () => {
    const client = await join(feedOf())
    await aSecondLater()
    await aSecondLater()

    expect(eventsIn(client).map(({ name, reading }) => [name, reading.now])).toEqual([
      ['snapshot', 1_000_000],
      ['update', 1_001_000],
      ['update', 1_002_000],
    ])
  })

  it('tells what another process counted into a second that had been told before it was written', async () => {
    const counted = {
      kind: 'request',
      operation: 'GET /',
      exception: undefined,
      category: undefined,
    } as const
    const second = (count: number) => ({
      second: 1000,
      outcomes: [{ ...counted, status: 200, count, durationMsSum: 1 }],
    })
    records.seconds = [second(2)]
    const client = await join(feedOf())
    await aSecondLater()
    records.seconds = [second(7)]
    await aSecondLater()

    const told = eventsIn(client).at(-1)?.reading.seconds
    expect(told).toMatchObject([{ second: 1000, outcomes: [{ count: 7 }] }])
  })

  it('reads once a second however many clients there are', async () => {
    const feed = feedOf()
    await join(feed)
    await join(feed)
    const before = records.queries.length
    await aSecondLater()

    expect(records.queries.length - before).toBe(1)
  })

  it('tells each client what is new to it', async () => {
    const feed = feedOf()
    const early = await join(feed)
    records.rows = [txRow()]
    const late = await join(feed)
    await aSecondLater()

    expect(eventsIn(early).at(-1)?.reading.transactions).toHaveLength(1)
    expect(eventsIn(late).at(-1)?.reading.transactions).toHaveLength(0)
  })

  it('has no timer before the first client and after the last', async () => {
    const feed = feedOf()
    expect(vi.getTimerCount()).toBe(0)

    const client = await join(feed)
    expect(vi.getTimerCount()).toBe(1)

    await gone(client)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps nothing of a client that went while its snapshot was read', async () => {
    await join(feedOf(), new PassThrough().destroy())

    expect(vi.getTimerCount()).toBe(0)
  })

  it('drops a client that takes nothing, and keeps the others', async () => {
    const feed = feedOf({ backlogBytesMax: 50_000 })
    const stuck = await join(feed, new PassThrough({ highWaterMark: 1 }))
    const reader = (await join(feed)).resume()
    for (let second = 0; second < 10; second++) {
      records.rows = [txRow({ id: idNumber(second), operation: 'x'.repeat(10_000) })]
      await aSecondLater()
    }

    expect(stuck.destroyed).toBe(true)
    expect(reader.destroyed).toBe(false)
  })

  it('lets everyone go when it cannot read, says why, and serves those who come back', async () => {
    const feed = feedOf()
    const client = await join(feed)
    const failure = new Error('the log is gone')
    vi.spyOn(records.log, 'query').mockRejectedValueOnce(failure)
    await aSecondLater()

    expect(onFailure).toHaveBeenCalledWith(failure)
    expect(client.writableEnded || client.destroyed).toBe(true)
    expect(vi.getTimerCount()).toBe(0)

    const back = await join(feed)
    await aSecondLater()
    expect(eventsIn(back).map(({ name }) => name)).toEqual(['snapshot', 'update'])
  })

  it('ends every stream when it is closed, and that of a client that was on its way', async () => {
    const feed = feedOf()
    const client = (await join(feed)).resume()
    feed.close()
    const late = await join(feed)

    expect(client.writableEnded).toBe(true)
    expect(late.writableEnded).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})

function eventsIn(client: PassThrough): { name: string; reading: LiveReading }[] {
  const text = String(client.read() ?? '')
  return [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, name = '', data = '']) => ({
    name,
    reading: JSON.parse(data),
  }))
}

function gone(client: PassThrough): Promise<void> {
  return new Promise(resolve => client.once('close', () => resolve()).destroy())
}
