import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { OutcomeCount } from 'evenkeel/stats'
import type { TxRow } from 'evenkeel/tx-log'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTweets, type ServiceName, serviceNames, type Tweets } from './tweets.ts'

let tweets: Tweets
/** What each service had counted when the test began. */
let before: Map<string, number>

beforeAll(async () => {
  const operators = { token: 'of-an-operator', sessionKey: randomBytes(32) }
  tweets = await openTweets({ port: 0, operators, shardLimitMs: 40 })
})
afterAll(() => tweets[Symbol.asyncDispose]())

beforeEach(async () => {
  await Promise.all(tweets.troubles.map(trouble => trouble.end()))
  before = new Map(serviceNames.flatMap(name => totals(name).map(at => [keyOf(name, at), at.count])))
})

const totals = (service: ServiceName): readonly OutcomeCount[] => tweets.listeners[service].stats.totals()

const keyOf = (service: string, { kind, operation, exception }: OutcomeCount): string =>
  `${service}: ${kind} ${operation} ${exception ?? 'success'}`

/** What the services have counted since the test began. */
function counted(): string[] {
  return serviceNames
    .flatMap(name => totals(name).map(at => ({ key: keyOf(name, at), count: at.count })))
    .filter(({ key, count }) => count > (before.get(key) ?? 0))
    .map(({ key }) => key)
    .filter(key => !/trouble/.test(key))
}

/** The newest transaction that a service logged of an operation. */
async function newestRow(service: ServiceName, operation: string): Promise<TxRow | undefined> {
  return (await tweets.listeners[service].log.query({ operation, limit: 1 }))[0]
}

async function ask(path: string, init?: RequestInit) {
  const answer = await fetch(`${tweets.listeners.search.url}${path}`, init)
  const text = await answer.text()
  // A transaction is counted when its answer has been written, which the client may know a moment before the server.
  await delay(5)
  return {
    status: answer.status,
    exception: answer.headers.get('evenkeel-exception'),
    body: text === '' ? undefined : JSON.parse(text),
  }
}

const trouble = (name: string) => ask(`/trouble/${name}`, { method: 'POST' })

const post = (draft: object) =>
  ask('/tweets', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(draft),
  })

describe('when all is well', () => {
  it('the search answers with tweets, their authors and where they were', async () => {
    const { status, body } = await ask('/search?q=tea')

    expect(status).toBe(200)
    expect(body).toContainEqual({
      text: 'tea and engines',
      author: { name: 'ada', bio: 'Notes on engines.', followers: 1815 },
      place: { name: 'London', country: 'GB' },
    })
  })

  it('one id leads from the search through every service that took part', async () => {
    await ask('/search?q=tea')
    const search = await newestRow('search', 'GET /search')
    const users = await newestRow('users', 'GET /users')
    const counts = await newestRow('counts', 'GET /followers')

    expect([users?.parentId, counts?.parentId]).toEqual([search?.id, users?.id])
  })
})

describe('a killed back end', () => {
  it('is named at the branch that needed it, and the search fails', async () => {
    await trouble('kill-users')
    const { status, exception } = await ask('/search?q=tea')

    expect([status, exception]).toEqual([503, 'PartialFailureException'])
    expect(counted()).toEqual(
      expect.arrayContaining([
        'search: request GET /search PartialFailureException',
        'search: branch GET /search/authors ConnectionRefusedException',
        'search: branch GET /search/sites success',
      ]),
    )
  })

  it('two hops away is named by each service on the way', async () => {
    await trouble('kill-counts')
    await ask('/search?q=tea')

    expect(counted()).toEqual(
      expect.arrayContaining([
        'users: request GET /users ConnectionRefusedException',
        'search: branch GET /search/authors ConnectionRefusedException',
      ]),
    )
    expect((await newestRow('users', 'GET /users'))?.causes[0]?.message).toContain(
      'counts refuses connections',
    )
    const row = await newestRow('search', 'GET /search')
    expect(row?.causes).toContainEqual(
      expect.objectContaining({ exception: 'ConnectionRefusedException', service: 'users' }),
    )
  })

  it('that the search can do without is left out, and counted as failed open', async () => {
    await trouble('kill-places')
    const { status, body } = await ask('/search?q=engines')

    expect(status).toBe(200)
    expect(body[0]).not.toHaveProperty('place')
    expect(counted()).toEqual(
      expect.arrayContaining([
        'search: request GET /search success',
        'search: fail-open GET /search/places ConnectionRefusedException',
        'search: if-failed-closed GET /search/places ConnectionRefusedException',
      ]),
    )
  })

  it('serves again, with what it had counted before', async () => {
    await ask('/search?q=tea')
    await trouble('kill-counts')
    await ask('/trouble', { method: 'DELETE' })

    expect((await ask('/search?q=tea')).status).toBe(200)
    expect(counted()).toContain('counts: request GET /followers success')
  })
})

describe('a slow shard', () => {
  it('is named by the store and by the search, where nobody translated it', async () => {
    await trouble('slow-shard')
    const { status, exception, body } = await ask('/search?q=tea')

    expect([status, exception]).toEqual([504, 'ShardTooSlowException'])
    expect(body.data).toEqual({ shard: 'shard-2', limitMs: 40 })
    expect(counted()).toEqual([
      'search: request GET /search ShardTooSlowException',
      'store: request GET /tweets ShardTooSlowException',
    ])
  })
})

describe('a bug two hops away', () => {
  it("is named hop by hop in the search's log, and its message in its own service's only", async () => {
    await trouble('tear-counts')
    const { status, body } = await ask('/search?q=tea')

    expect(status).toBe(503)
    expect(JSON.stringify(body)).not.toMatch(/JSON|counts/)
    const row = await newestRow('search', 'GET /search')
    expect(row?.causes.map(({ exception, service }) => [exception, service])).toEqual([
      ['PartialFailureException', undefined],
      ['BadGatewayException', 'users'],
      ['InternalException', 'counts'],
    ])
    const counts = await newestRow('counts', 'GET /followers')
    expect(row?.causes[2]?.txId).toBe(counts?.id)
    expect(counts?.causes[0]?.message).toContain('SyntaxError')
    expect(JSON.stringify(row)).not.toContain('SyntaxError')
  })
})

describe("the caller's own faults", () => {
  it('a wrong id is told from a wrong route, and neither is a failure of anyone', async () => {
    const wrongId = await ask('/users/nobody')
    const wrongRoute = await ask('/usrs/ada')

    expect([wrongId.status, wrongId.exception]).toEqual([404, 'UserNotFoundException'])
    expect([wrongRoute.status, wrongRoute.exception]).toEqual([404, 'RouteNotFoundException'])
    expect(counted()).toEqual(
      expect.arrayContaining([
        'search: request GET /users/:name UserNotFoundException',
        'search: request GET (no route) RouteNotFoundException',
        'users: request GET /users UserNotFoundException',
      ]),
    )
    expect((await newestRow('search', 'GET /users/:name'))?.category).toBe('client')
  })

  it('a wrong question is refused before any back end hears of it', async () => {
    const { exception, body } = await ask('/search?q=')

    expect(exception).toBe('ValidationException')
    expect(Object.keys(body.data.fields)).toEqual(['q'])
    expect(counted()).toEqual(['search: request GET /search ValidationException'])
  })

  it('an id that was not theirs is a failure of ours', async () => {
    const { status } = await ask('/search?q=farewell') // its author has left

    expect(status).toBe(503)
    expect(counted()).toContain('search: branch GET /search/authors UserNotFoundException')
    expect((await newestRow('search', 'GET /search'))?.category).toBe('dependency')
  })
})

describe('a tweet', () => {
  it('that is posted twice is kept once, and the second is discarded by name', async () => {
    const draft = { author: 'grace', text: `moth ${randomBytes(4).toString('hex')}` }
    const first = await post(draft)
    const second = await post(draft)

    expect([first.status, first.exception]).toEqual([201, null])
    expect([second.status, second.exception]).toEqual([200, 'DuplicateTweetException'])
    expect(second.body.data).toEqual({ tweet: first.body.id })
    expect(counted()).toEqual(
      expect.arrayContaining([
        'search: request POST /tweets DuplicateTweetException',
        'store: request POST /tweets DuplicateTweetException',
      ]),
    )
    expect((await newestRow('search', 'POST /tweets'))?.category).toBe('discard')
  })

  it('of nobody is refused, and the name stays what it is through the search', async () => {
    expect(await post({ author: 'nobody', text: 'hi' })).toMatchObject({
      status: 404,
      exception: 'UserNotFoundException',
    })
  })
})

describe('a trouble', () => {
  it('that does not exist is refused with those that do', async () => {
    expect((await trouble('rain')).body).toMatchObject({
      data: {
        known: ['kill-store', 'kill-users', 'kill-places', 'kill-counts', 'slow-shard', 'tear-counts'],
      },
    })
  })
})

describe('every service', () => {
  it.each(serviceNames)('%s has a console that only operators may look into', async name => {
    const live = `${tweets.listeners[name].url}/console/api/session`
    const status = async (token: string) =>
      (await fetch(live, { headers: { authorization: `Bearer ${token}` } })).status

    expect([await status('a guess'), await status('of-an-operator')]).toEqual([401, 204])
  })
})
