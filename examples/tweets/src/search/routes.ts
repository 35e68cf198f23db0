import type { FastifyInstance } from 'fastify'
import type { Found } from '../growth/classes/five-systems.ts'
import { draft, name } from '../store/routes.ts'
import type { Store, Tweet } from '../store/store.ts'
import { UserNotFoundException } from '../users/exceptions.ts'
import type { Users } from '../users/users.ts'

export interface SearchOptions {
  search: (words: string) => Promise<Found[]>
  store: Store
  users: Users
}

/** What the public meets. */
export const searchRoutes =
  ({ search, store, users }: SearchOptions) =>
  (app: FastifyInstance) => {
    app.get<{ Querystring: { q: string } }>('/search', { schema: { querystring: byWords } }, ({ query }) =>
      search(query.q),
    )
    app.get<{ Params: { name: string } }>(
      '/users/:name',
      { schema: { params: byName }, config: { passThrough: theCallersName } },
      async ({ params }) => (await users.find([params.name]))[params.name],
    )
    app.post<{ Body: Omit<Tweet, 'id'> }>(
      '/tweets',
      { schema: { body: draft }, config: { passThrough: theCallersName } },
      async ({ body }, reply) => {
        await users.find([body.author])
        return reply.code(201).send(await store.add(body))
      },
    )
  }

// The name comes from our caller: that nobody goes by it is the caller's matter, and not a failure of ours.
const theCallersName = [UserNotFoundException]

const byName = { type: 'object', properties: { name } }

const byWords = {
  type: 'object',
  required: ['q'],
  properties: { q: { type: 'string', minLength: 1, maxLength: 100 } },
}
