import type { FastifyInstance } from 'fastify'
import type { Store, Tweet } from './store.ts'

/** The store over HTTP. */
export const storeRoutes = (store: Store) => (app: FastifyInstance) => {
  app.get<{ Querystring: { words: string } }>('/tweets', { schema: { querystring: byWords } }, ({ query }) =>
    store.find(query.words),
  )
  app.post<{ Body: Omit<Tweet, 'id'> }>('/tweets', { schema: { body: draft } }, async ({ body }, reply) =>
    reply.code(201).send(await store.add(body)),
  )
}

const byWords = {
  type: 'object',
  required: ['words'],
  properties: { words: { type: 'string', minLength: 1, maxLength: 100 } },
}

export const name = { type: 'string', pattern: '^[a-z]{1,40}$' }

/** What is posted; the search takes the same. */
export const draft = {
  type: 'object',
  required: ['author', 'text'],
  properties: {
    author: name,
    text: { type: 'string', minLength: 1, maxLength: 280 },
    place: { ...name, default: 'nowhere' },
  },
}
