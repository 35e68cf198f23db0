import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ApiForTests, type ApiForTestsOptions, apiForTests } from './testing.ts'

let api: ApiForTests
afterEach(() => api.dispose())

const newServer = {
  name: 'web1',
  flavor: 'flex-4-1',
  image: 'debian-13',
  ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== me'],
}

async function open(options: ApiForTestsOptions = {}): Promise<void> {
  api = await apiForTests(options)
}

/** Orders a server. @returns its uuid and its action */
async function create(fields: object = {}): Promise<{ uuid: string; id: string }> {
  const answer = await api.send('POST', '/v1/servers', { ...newServer, ...fields })
  expect(answer.statusCode).toBe(201)
  return { uuid: answer.json().uuid, id: String(answer.headers['evenkeel-action']) }
}

const get = async (path: string, token = 'writer') =>
  (await api.send('GET', path, undefined, { headers: { authorization: `Bearer ${token}` } })).json()

function inState(id: string, state: string) {
  return vi.waitFor(
    async () => {
      const action = await get(`/v1/actions/${id}`)
      expect(action.state).toBe(state)
      return action
    },
    { timeout: 10_000, interval: 20 },
  )
}

describe('an action', () => {
  beforeEach(() => open())

  it('is shown from its admission to its end, with its steps in words', async () => {
    const { uuid, id } = await create()

    const action = await inState(id, 'succeeded')

    expect(action).toMatchObject({
      href: expect.stringMatching(new RegExp(`/v1/actions/${id}$`)),
      id,
      name: 'server.create',
      title: "Creation of server 'web1'",
      object: { kind: 'server', uuid, name: 'web1' },
      initiator: 'writer',
      started_at: expect.stringMatching(/Z$/),
      ended_at: expect.stringMatching(/Z$/),
      reason: null,
      incident: null,
      progress: null,
      waits_for: null,
      you_can: { do: 'nothing', message: 'It is done.' },
    })
    expect(action.steps).toContainEqual(
      expect.objectContaining({
        path: 'compute.server',
        name: 'Starting the server',
        state: 'done',
        message: 'Done.',
      }),
    )
  })

  it('says at which attempt a step was done', async () => {
    api.cloud.faults.replace([{ operation: 'network.createPort', kind: 'busy', times: 1 }])
    const { id } = await create()

    const { steps } = await inState(id, 'succeeded')

    expect(steps).toContainEqual(
      expect.objectContaining({
        path: expect.stringMatching(/port/),
        message: 'Done at the second attempt.',
      }),
    )
  })

  it('that was rolled back says why, in our words, and under which number operators find more', async () => {
    api.cloud.faults.replace([{ operation: 'compute.createServer', kind: 'refuse' }])
    const { id } = await create()

    const action = await inState(id, 'rolled-back')

    expect(action).toMatchObject({
      reason: 'the server could not be started, because a system behind this service did not do its part.',
      incident: id,
      you_can: { do: 'nothing', message: 'All is as it was before. You can ask for the same again.' },
    })
    expect(action.steps).toContainEqual(
      expect.objectContaining({
        path: 'compute.server',
        state: 'failed',
        message: expect.stringMatching(/^Not done: /),
      }),
    )
    expect(JSON.stringify(action)).not.toContain('a fault was ordered')
  })

  it('is nothing to another project, and nobody finds what is not there', async () => {
    const { id } = await create()

    for (const [path, token] of [
      [`/v1/actions/${id}`, 'stranger'],
      [`/v1/actions/${id.replace(/.$/, letter => (letter === '0' ? '1' : '0'))}`, 'writer'],
      ['/v1/actions/none', 'writer'],
    ] as const)
      expect(await get(path, token)).toEqual({ detail: 'Not found.' })
    expect(await get('/v1/actions', 'stranger')).toEqual([])
    expect(await get(`/v1/actions/${id}`, 'reader')).toMatchObject({ id })
  })
})

describe('the list of actions', () => {
  beforeEach(() => open())

  it('has the newest first, by state and by object, page by page', async () => {
    const first = await create({ name: 'one' })
    await inState(first.id, 'succeeded')
    const second = await create({ name: 'two' })
    await inState(second.id, 'succeeded')
    const ids = async (query: string) =>
      (await get(`/v1/actions?${query}`)).map(({ id }: { id: string }) => id)

    expect(await ids('')).toEqual([second.id, first.id])
    expect(await ids(`uuid=${first.uuid.toUpperCase()}&kind=server`)).toEqual([first.id])
    expect(await ids('kind=volume')).toEqual([])
    expect(await ids('state=rolled-back')).toEqual([])
    expect(await ids('limit=1')).toEqual([second.id])
    expect(await ids(`limit=1&before=${second.id}`)).toEqual([first.id])
  })

  it.each([
    ['state=sleeping', 'state'],
    ['state=running&state=waiting', 'state'],
    ['uuid=7', 'uuid'],
    ['before=yesterday', 'before'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=many', 'limit'],
  ])('refuses %s, and names the field', async (query, field) => {
    const answer = await api.send('GET', `/v1/actions?${query}`)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json())).toEqual([field])
  })
})

describe('whatever is asked for of the actions', () => {
  beforeEach(() => open())

  it('is answered with a list, or with the field that is wrong', async () => {
    const field = fc.constantFrom('state', 'kind', 'uuid', 'before', 'limit', 'colour')
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer().map(String), fc.uuid())
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, value), { maxLength: 4 }), async query => {
        const parameters = query.map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
        const answer = await api.send('GET', `/v1/actions?${parameters.join('&')}`)

        if (answer.statusCode === 200) expect(answer.json()).toEqual([])
        else {
          expect(answer.statusCode).toBe(400)
          expect(query.map(([name]) => name)).toContain(Object.keys(answer.json())[0])
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('an action that is under way', () => {
  beforeEach(() => open({ isCloudThere: false }))

  it('says how far it is, and that it can be cancelled', async () => {
    const { id } = await create()

    await vi.waitFor(async () =>
      expect((await get('/v1/actions?state=running'))[0]).toMatchObject({
        id,
        state: 'running',
        ended_at: null,
        progress: { step: 'Making the network interface', attempt: 1, attempts_max: 5, of: null },
        you_can: { do: 'cancel' },
      }),
    )
    expect(await get('/v1/actions?state=waiting')).toEqual([])
  })

  it('says for which other one it waits', async () => {
    const { uuid, id } = await create()
    const { headers } = await api.send('DELETE', `/v1/servers/${uuid}`)

    const [deletion, ...more] = await vi.waitFor(async () => {
      const waiting = await get('/v1/actions?state=waiting')
      expect(waiting).toHaveLength(1)
      return waiting
    })

    expect(more).toEqual([])
    expect(deletion).toMatchObject({
      id: headers['evenkeel-action'],
      name: 'server.delete',
      waits_for: {
        action: id,
        message: "It waits for the creation of server 'web1' to end.",
        since: expect.stringMatching(/Z$/),
      },
      you_can: { do: 'wait' },
    })
  })

  it('is cancelled at the request of a token that may write, and says so', async () => {
    const { id } = await create()
    const cancel = (token: string) =>
      api.send('POST', `/v1/actions/${id}/cancel`, undefined, {
        headers: { authorization: `Bearer ${token}` },
      })

    expect((await cancel('reader')).statusCode).toBe(403)
    expect((await cancel('stranger')).statusCode).toBe(404)
    const answer = await cancel('writer')

    expect(answer.statusCode).toBe(204)
    expect(answer.headers['evenkeel-action']).toBe(id)
    const again = await cancel('writer')
    expect(again.statusCode).toBe(400)
    expect(again.headers['evenkeel-exception']).toBe('NotCancellableException')
  })

  it('is not cancelled when it is a deletion, and says why', async () => {
    const { uuid } = await create()
    const { headers } = await api.send('DELETE', `/v1/servers/${uuid}`)

    const answer = await api.send('POST', `/v1/actions/${headers['evenkeel-action']}/cancel`)

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({
      detail:
        "This action can't be cancelled: what it deletes is gone for you already. It comes to its end by itself.",
    })
  })
})

describe('an action that has been cancelled', () => {
  it('is rolled back, and leaves a plain 404', async () => {
    await open()
    api.cloud.faults.replace([{ operation: 'volumes.create', kind: 'busy' }])
    const { uuid, id } = await create()
    await api.send('POST', `/v1/actions/${id}/cancel`)

    const action = await inState(id, 'rolled-back')

    expect(action.reason).toBe("Cancelled: the token 'writer' asked for it.")
    expect(await get(`/v1/servers/${uuid}`)).toEqual({ detail: 'Not found.' })
  })

  it('can not be cancelled when it is over', async () => {
    await open()
    const { id } = await create()
    await inState(id, 'succeeded')

    const answer = await api.send('POST', `/v1/actions/${id}/cancel`)

    expect(answer.json()).toEqual({ detail: "This action can't be cancelled: it has succeeded already." })
    expect((await api.send('POST', `/v1/actions/${randomUUID()}/cancel`)).statusCode).toBe(404)
  })
})
