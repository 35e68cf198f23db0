import { finished, PassThrough, type Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { newTxId, type TxId } from 'evenkeel'
import type { ActionEvent, ActionView, JournalEntry } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { endProjectAction, insertProjectAction } from '../records/project-actions.ts'
import { insertProject } from '../records/projects.ts'
import { someProject, temporaryRecords } from '../records/testing.ts'
import { deleteToken } from '../records/tokens.ts'
import { type ActionStreamOptions, ActionStreams, TooManyStreamsException } from './action-stream.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('the streams of actions', () => {
  let records: Records
  let dispose: () => Promise<void>
  let engine: TellingActions
  let nowMs: number
  const onFailure = vi.fn()

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    nowMs = Date.parse('2026-11-22T10:00:00Z')
    engine = new TellingActions()
    onFailure.mockReset()
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(trx => insertProject(trx, { ...someProject, id: 'other' }))
  })
  afterEach(async () => {
    vi.useRealTimers()
    await dispose()
  })

  const streamsOf = (options: Partial<ActionStreamOptions> = {}) =>
    new ActionStreams({ actions: engine, read: records.read, now: () => nowMs, onFailure, ...options })

  async function join(
    streams: ActionStreams,
    {
      projectId = someProject.id,
      lastToldMs,
      client = new PassThrough(),
      isWelcome = async () => true,
    }: {
      projectId?: string
      lastToldMs?: number
      client?: PassThrough
      isWelcome?: () => Promise<boolean>
    } = {},
  ): Promise<PassThrough> {
    const begin = await streams.follow({ projectId, href: path => `/v1/${path}`, lastToldMs, isWelcome })
    begin(client)
    return client
  }

  /** An action is admitted, as the engine and the project's records know it. */
  async function begins(projectId = someProject.id): Promise<TxId> {
    const actionId = newTxId(nowMs)
    await records.transaction(trx =>
      insertProjectAction(trx, {
        actionId,
        projectId,
        name: 'server.create',
        objectKind: 'server',
        objectUuid: 'uuid',
        objectName: 'web',
        initiator: 'ci',
        logAction: null,
        logMessage: null,
        startedAt: newCreatedAt(nowMs),
      }),
    )
    engine.states.set(actionId, 'running')
    return actionId
  }

  async function ends(actionId: TxId): Promise<void> {
    const end = { state: 'succeeded', reason: null, endedAt: newCreatedAt(nowMs) } as const
    await records.transaction(trx => endProjectAction(trx, actionId, end))
    engine.states.set(actionId, 'succeeded')
  }

  const happens = async (actionId: TxId, kind: string) => {
    engine.tell(actionId, kind, nowMs)
    for (let turns = 0; turns < 10; turns++) await turn()
  }

  it('begin with all that is under way, and tell what happens from its start to its end', async () => {
    const earlier = await begins()
    const client = await join(streamsOf())
    const id = await begins()
    await happens(id, 'started')
    await happens(id, 'intent')
    await ends(id)
    await happens(id, 'ended')

    expect(told(client)).toMatchObject([
      ['snapshot', [{ id: earlier, title: "Creation of server 'web'", state: 'running' }]],
      ['started', { id, state: 'running', href: `/v1/actions/${id}` }],
      ['progress', { id, state: 'running' }],
      ['ended', { id, state: 'succeeded', ended_at: expect.any(String) }],
    ])
  })

  it("tell nothing of other projects' actions, nor of what is cleaned up after an end", async () => {
    const client = await join(streamsOf())
    const others = await begins('other')
    await happens(others, 'started')
    const own = await begins()
    await ends(own)
    await happens(own, 'ended')
    await happens(own, 'undo-intent')
    await happens(own, 'watch-looked')

    expect(told(client).map(([name]) => name)).toEqual(['snapshot', 'ended'])
  })

  it('miss nothing that happens between the first reading and the answer', async () => {
    const streams = streamsOf()
    const begin = await streams.follow({
      projectId: someProject.id,
      href: path => path,
      lastToldMs: undefined,
      isWelcome: async () => true,
    })
    const id = await begins()
    await happens(id, 'started')
    const client = new PassThrough()
    begin(client)

    expect(told(client)).toMatchObject([
      ['snapshot', []],
      ['started', { id }],
    ])
  })

  it('tell who comes back what has ended meanwhile, from a minute before the last that he was told', async () => {
    const long = await begins()
    await ends(long)
    nowMs += 120_000
    const lastToldMs = nowMs
    const late = await begins()
    await ends(late)
    nowMs += 30_000
    const ended = await begins()
    await ends(ended)
    const running = await begins()

    const client = await join(streamsOf(), { lastToldMs })

    expect(told(client)).toMatchObject([
      ['ended', { id: late }],
      ['ended', { id: ended }],
      ['snapshot', [{ id: running }]],
    ])
  })

  it('give each event the time from which on a client that comes back is told more', async () => {
    const client = await join(streamsOf())
    const id = await begins()
    nowMs += 5
    await happens(id, 'started')

    expect(String(client.read()).match(/^id: \d+$/gm)).toEqual([`id: ${nowMs - 5}`, `id: ${nowMs}`])
  })

  it('are kept alive while nothing happens', async () => {
    const client = await join(streamsOf())
    client.read()
    await vi.advanceTimersByTimeAsync(30_000)

    expect(String(client.read())).toBe(': still here\n\n: still here\n\n')
  })

  it('tell nothing more to whoever may not be told any more, and go on for the others', async () => {
    const streams = streamsOf()
    let isRevoked = false
    const leaving = await join(streams, { isWelcome: async () => !isRevoked })
    const staying = await join(streams)
    const id = await begins()
    isRevoked = true
    const before = String(leaving.read())
    await happens(id, 'started')

    expect(leaving.writableEnded).toBe(true)
    expect(before).toContain('event: snapshot')
    expect(leaving.read()).toBeNull()
    expect(String(staying.read())).toContain('event: started')
  })

  it('end for whoever may not be told any more, also while nothing happens', async () => {
    const client = (await join(streamsOf(), { isWelcome: async () => false })).resume()
    await vi.advanceTimersByTimeAsync(15_000)

    expect(client.writableEnded).toBe(true)
  })

  it('end after some minutes, so that nobody holds one who is gone', async () => {
    const client = (await join(streamsOf())).resume()
    nowMs += 600_000
    await vi.advanceTimersByTimeAsync(15_000)

    expect(client.writableEnded).toBe(true)
  })

  it('are no more than a project may have, which others do not notice', async () => {
    const streams = streamsOf({ streamsMax: 2 })
    const first = await join(streams)
    await join(streams)

    await expect(join(streams)).rejects.toThrow(TooManyStreamsException)
    await expect(join(streams, { projectId: 'other' })).resolves.toBeDefined()
    await gone(first)
    await expect(join(streams)).resolves.toBeDefined()
  })

  it('drop a client that takes nothing, and keep the others', async () => {
    const streams = streamsOf({ backlogBytesMax: 5_000 })
    const stuck = await join(streams, { client: new PassThrough({ highWaterMark: 1 }) })
    const reader = (await join(streams)).resume()
    const id = await begins()
    for (let count = 0; count < 20; count++) await happens(id, 'done')

    expect(stuck.destroyed).toBe(true)
    expect(reader.destroyed).toBe(false)
  })

  it('let everybody go when what happens can not be told, say why, and serve those who come back', async () => {
    const streams = streamsOf()
    const client = (await join(streams)).resume()
    const id = await begins()
    engine.isBroken = true
    await happens(id, 'started')

    expect(onFailure).toHaveBeenCalledExactlyOnceWith(new Error('the journal is gone'))
    expect(client.writableEnded).toBe(true)
    await expect(join(streams)).rejects.toThrow('the journal is gone')
    engine.isBroken = false
    const back = await join(streams)
    await happens(id, 'intent')
    expect(told(back).map(([name]) => name)).toEqual(['snapshot', 'progress'])
  })

  it('leave neither a timer nor a subscription behind, however they end', async () => {
    const streams = streamsOf()
    await gone(await join(streams))
    await join(streams, { client: new PassThrough().destroy() })
    const last = (await join(streams)).resume()
    streams.close()
    const late = (await join(streams)).resume()

    expect(last.writableEnded).toBe(true)
    expect(late.writableEnded).toBe(true)
    await gone(late)
    expect(vi.getTimerCount()).toBe(0)
    expect(engine.listeners.size).toBe(0)
  })
})

describe('GET /v1/actions/stream', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests()
  })
  afterEach(() => api.dispose())

  const open = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return api.send('GET', '/v1/actions/stream', undefined, { headers, payloadAsStream: true })
  }

  it('tells a token that may only look what happens in its project, and ends with the server', async () => {
    const answer = await open('reader')
    const stranger = await open('stranger')
    const told = text(answer.stream())
    const toldOthers = text(stranger.stream())
    const created = await api.send('POST', '/v1/servers', {
      name: 'web1',
      flavor: 'flex-4-1',
      image: 'debian-13',
      ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== me'],
    })
    const id = String(created.headers['evenkeel-action'])
    await vi.waitFor(
      async () => expect((await api.send('GET', `/v1/actions/${id}`)).json().state).toBe('succeeded'),
      { timeout: 10_000 },
    )
    await api.close()

    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'access-control-allow-origin': '*',
    })
    expect(await told).toMatch(/^retry: 1000\n\nevent: snapshot\n/)
    expect(await told).toMatch(new RegExp(`event: started\nid: \\d+\ndata: .*"id":"${id}"`))
    expect(await told).toMatch(new RegExp(`event: ended\nid: \\d+\ndata: .*"id":"${id}".*"succeeded"`))
    expect(await toldOthers).not.toContain(id)
  })

  it('ends with its token, before anything else is told', async () => {
    const stream = (await open('reader')).stream()
    const told: string[] = []
    stream.on('data', chunk => told.push(String(chunk)))
    const ended = new Promise(resolve => finished(stream, resolve)) // cut off or not
    await vi.waitFor(() => expect(told.join('')).toContain('event: snapshot'))
    await api.records.transaction(trx => deleteToken(trx, someProject.id, 'reader'))

    const created = await api.send('POST', '/v1/server-groups', { name: 'apart', type: 'anti-affinity' })
    await ended

    expect(created.statusCode).toBe(201)
    expect(told.join('')).not.toContain('event: started')
  })

  it('is for tokens only, and no stream for a HEAD', async () => {
    expect((await open('guessed')).statusCode).toBe(401)
    expect((await api.send('HEAD', '/v1/actions/stream')).statusCode).toBe(404)
  })
})

/** An engine that tells what a test says. */
class TellingActions {
  readonly listeners = new Set<(event: ActionEvent) => void>()
  readonly states = new Map<TxId, ActionView['state']>()
  isBroken = false

  subscribe(listener: (event: ActionEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async view(id: TxId): Promise<ActionView | undefined> {
    return this.states.has(id) ? this.#viewOf(id) : undefined
  }

  async cancel(): Promise<boolean> {
    return false
  }

  tell(actionId: TxId, kind: string, atMs: number): void {
    const entry = { kind, atMs } as JournalEntry
    const event = { actionId, action: 'server.create', atMs, view: () => this.#viewOf(actionId) }
    for (const listener of this.listeners) listener({ ...event, kind: 'journaled', entry })
  }

  #viewOf(id: TxId): ActionView {
    if (this.isBroken) throw new Error('the journal is gone')
    return {
      id,
      name: 'server.create',
      version: 1,
      state: this.states.get(id) ?? 'running',
      locks: [],
      startedAtMs: 0,
      endedAtMs: undefined,
      currentStep: undefined,
      stepsDone: 0,
      attemptsMax: 0,
      cause: undefined,
      residueCount: 0,
      watchCount: 0,
      steps: [],
      residue: [],
      watches: [],
      waits: [],
      isCancellable: true,
      isClosed: false,
    }
  }
}

function told(client: PassThrough): readonly (readonly [name: string, data: unknown])[] {
  const text = String(client.read() ?? '')
  return [...text.matchAll(/event: (\w+)\nid: \d+\ndata: (.*)\n\n/g)].map(([, name = '', data = '']) => [
    name,
    JSON.parse(data),
  ])
}

async function text(stream: Readable): Promise<string> {
  let text = ''
  for await (const part of stream) text += part
  return text
}

function gone(client: PassThrough): Promise<void> {
  return new Promise(resolve => client.once('close', () => resolve()).destroy())
}
