import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { Listener } from '../listener.ts'
import { placesAt } from '../places/client.ts'
import { bios } from '../sample.ts'
import { storeAt } from '../store/client.ts'
import { openTweets, type Tweets } from '../tweets.ts'
import { usersAt } from '../users/client.ts'
import * as classesOfFive from './classes/five-systems.ts'
import * as classesOfThree from './classes/three-systems.ts'
import * as classesOfTwo from './classes/two-systems.ts'
import { type Answer, counters } from './codes/answer.ts'
import * as codesOfFive from './codes/five-systems.ts'
import * as codesOfThree from './codes/three-systems.ts'
import * as codesOfTwo from './codes/two-systems.ts'
import type { Size } from './lines.ts'

/** A search of one size, written in one way, in front of the back ends of the example. */
export interface World extends AsyncDisposable {
  readonly tweets: Tweets
  /** Searches once: what was answered, and all that the search service knows of it afterwards. */
  search(words: string): Promise<{ status: number; body: unknown; known: string }>
}

const operators = { token: 'of nobody', sessionKey: randomBytes(32) }
const options = { port: 0, operators, shardLimitMs: 20 }

/** Afterwards the service knows what its log says: the classes, and the calls that ended with them. */
export async function worldOfClasses(size: Size): Promise<World> {
  const tweets = await openTweets(options)
  const { store, users, places } = tweets.listeners
  const backEnds = { store: storeAt(store.url), users: usersAt(users.url), places: placesAt(places.url) }
  const search: (words: string) => Promise<unknown> = {
    two: classesOfTwo.search(backEnds),
    three: classesOfThree.search(backEnds),
    five: classesOfFive.search(backEnds),
  }[size]
  const front = await fronted(app => {
    app.get<Question>('/search', ({ query }) => search(query.words))
  })
  return worldBehind(front, tweets, async () => {
    const [row] = await front.log.query({ limit: 1 })
    const causes = row?.causes.map(({ exception, service, message }) => [exception, service, message])
    const calls = row?.calls.map(({ operation, exception }) => [operation, exception])
    // The branches of a fan-out run together: the order in which they end says nothing.
    return JSON.stringify([causes, calls?.map(String).sort()])
  })
}

/** Afterwards the service knows which of its counters went up. */
export async function worldOfCodes(size: Size): Promise<World> {
  const tweets = await openTweets({
    ...options,
    usersBefore: counts => app => {
      const find = codesOfFive.userFinder({ bios, counts })
      app.get<{ Querystring: { names: string } }>('/users', async ({ query }, reply) => {
        const { status, body } = await find(query.names.split(','))
        return reply.code(status).send(body)
      })
    },
  })
  const { store, users, places } = tweets.listeners
  const at = { store: store.url, users: users.url, places: places.url }
  const search: (words: string) => Promise<Answer> = {
    two: codesOfTwo.search(at),
    three: codesOfThree.search(at),
    five: codesOfFive.search(at),
  }[size]
  const front = await fronted(app => {
    app.get<Question>('/search', async ({ query }, reply) => {
      counters.clear()
      const { status, body } = await search(query.words)
      return reply.code(status).send(body)
    })
  })
  return worldBehind(front, tweets, async () => JSON.stringify([...counters.keys()]))
}

interface Question {
  Querystring: { words: string }
}

async function fronted(routes: (app: FastifyInstance) => void): Promise<Listener> {
  const front = new Listener({ service: 'search', port: 0, routes, operators, isInternal: false })
  await front.start()
  return front
}

function worldBehind(front: Listener, tweets: Tweets, known: () => Promise<string>): World {
  return {
    tweets,
    async search(words) {
      const answer = await fetch(`${front.url}/search?words=${words}`)
      const body = await answer.json()
      await delay(5) // logged when the answer has been written, which its reader may know a moment earlier
      return { status: answer.status, body, known: await known() }
    },
    async [Symbol.asyncDispose]() {
      await front.kill()
      await tweets[Symbol.asyncDispose]()
    },
  }
}
