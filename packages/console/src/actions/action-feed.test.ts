import { PassThrough } from 'node:stream'
import type { ActionEvent, ActionView } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { actionView, FakeRecords, idNumber } from '../console.fixture.ts'
import { ActionFeed, type ActionFeedOptions } from './action-feed.ts'

const id = idNumber(2)

/** Actions that tell what happens, when a test says so. */
class TellingRecords extends FakeRecords {
  readonly listeners = new Set<(event: ActionEvent) => void>()

  subscribe(listener: (event: ActionEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  happens(view: ActionView): void {
    const entry = { kind: 'done', path: 'port', output: null, atMs: 5 } as const
    for (const listener of this.listeners)
      listener({ actionId: view.id, action: view.name, atMs: 5, view: () => view, kind: 'journaled', entry })
  }
}

describe('ActionFeed', () => {
  let records: TellingRecords

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    records = new TellingRecords()
    records.views = [actionView({ id })]
  })
  afterEach(() => vi.useRealTimers())

  async function follow(options: Partial<ActionFeedOptions> = {}, client = new PassThrough()) {
    const feed = new ActionFeed({ actions: records, id, onFailure: () => {}, ...options })
    const firstView = await feed.firstView(async () => viewOf(records))
    feed.follow(client, firstView)
    return { feed, client }
  }

  it('begins with the action, tells what happens at once, and then the action as it is', async () => {
    const { client } = await follow()
    records.happens(actionView({ id, stepsDone: 1 }))
    records.happens(actionView({ id, stepsDone: 2 }))
    await vi.advanceTimersByTimeAsync(100)

    expect(told(client)).toMatchObject([
      ['view', { id, stepsDone: 0 }],
      ['event', { kind: 'done', about: { path: 'port' }, progress: { stepsDone: 1 } }],
      ['event', { progress: { stepsDone: 2 } }],
      ['view', { stepsDone: 2 }],
    ])
  })

  it('tells nothing of other actions', async () => {
    const { client } = await follow()
    records.happens(actionView({ id: idNumber(3) }))
    await vi.advanceTimersByTimeAsync(100)

    expect(told(client)).toHaveLength(1)
  })

  it('misses nothing that happens while the first view is read', async () => {
    const feed = new ActionFeed({ actions: records, id, onFailure: () => {} })
    const firstView = await feed.firstView(async () => viewOf(records))
    records.happens(actionView({ id, stepsDone: 1 }))
    const client = new PassThrough()
    feed.follow(client, firstView)

    expect(told(client)).toMatchObject([['view', { stepsDone: 1 }]])
  })

  it('ends with the closed action, at once', async () => {
    const { client } = await follow()
    records.happens(actionView({ id, isClosed: true }))

    expect(told(client).at(-1)).toMatchObject(['view', { isClosed: true }])
    expect(client.writableEnded).toBe(true)
  })

  it('tells an action that is closed already, and no more', async () => {
    records.views = [actionView({ id, isClosed: true })]
    const { client } = await follow()

    expect(told(client)).toHaveLength(1)
    expect(client.writableEnded).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('looks again for whom an action waits, which changes without its doing', async () => {
    const heldBy = (action: string) => {
      const holder = { lock: 'server:7', action, actionId: idNumber(1), sinceMs: 3 }
      const wait = { path: undefined, part: undefined, for: 'lock', untilMs: undefined, sinceMs: 4 } as const
      return actionView({ id, state: 'waiting', waits: [{ ...wait, holder }] })
    }
    records.views = [heldBy('server.create')]
    const { client } = await follow()
    records.views = [heldBy('server.delete')]
    await vi.advanceTimersByTimeAsync(1000)

    expect(told(client)).toMatchObject([
      ['view', { waits: [{ holder: { action: 'server.create' } }] }],
      ['view', { waits: [{ holder: { action: 'server.delete' } }] }],
    ])
  })

  it('looks again and again at actions that tell nothing by themselves, and tells what has changed', async () => {
    const silent = new FakeRecords()
    silent.views = [actionView({ id })]
    const { client } = await follow({ actions: silent })
    await vi.advanceTimersByTimeAsync(1000)
    silent.views = [actionView({ id, stepsDone: 1 })]
    await vi.advanceTimersByTimeAsync(2000)

    expect(told(client)).toMatchObject([
      ['view', { stepsDone: 0 }],
      ['view', { stepsDone: 1 }],
    ])
  })

  it('lets its client go, and says why, when the action can not be read again', async () => {
    const onFailure = vi.fn()
    records.views = [actionView({ id, state: 'waiting' })]
    const { client } = await follow({ onFailure })
    vi.spyOn(records, 'view').mockRejectedValue(new Error('the journal is gone'))
    await vi.advanceTimersByTimeAsync(1000)

    expect(client.destroyed).toBe(true)
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(new Error('the journal is gone'))
  })

  it('drops a client that takes nothing', async () => {
    const slow = new PassThrough({ highWaterMark: 1 })
    await follow({ backlogBytesMax: 5000 }, slow)
    for (let count = 0; count < 60; count++) records.happens(actionView({ id, stepsDone: count }))

    expect(slow.destroyed).toBe(true)
  })

  it('leaves neither a timer nor a subscription behind, however it ends', async () => {
    const gone = await follow()
    await new Promise(resolve => gone.client.once('close', resolve).destroy())
    const ended = await follow()
    ended.feed.end()
    const late = new ActionFeed({ actions: records, id, onFailure: () => {} })
    late.follow(new PassThrough().destroy(), actionView({ id }))
    const refused = new ActionFeed({ actions: records, id, onFailure: () => {} })
    await expect(refused.firstView(() => Promise.reject(new Error('no')))).rejects.toThrow('no')

    expect(vi.getTimerCount()).toBe(0)
    expect(records.listeners.size).toBe(0)
  })
})

function viewOf({ views: [view] }: FakeRecords): ActionView {
  if (view === undefined) throw new Error('The test has no action.')
  return view
}

function told(client: PassThrough): readonly (readonly [name: string, data: unknown])[] {
  const text = String(client.read() ?? '')
  return [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, name = '', data = '']) => [
    name,
    JSON.parse(data),
  ])
}
