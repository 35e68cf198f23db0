import type { FastifyInstance } from 'fastify'
import type { Counts } from './counts.ts'

/** The counts over HTTP. */
export const countsRoutes = (counts: Counts) => (app: FastifyInstance) => {
  app.get<{ Querystring: { names: string } }>(
    '/followers',
    { schema: { querystring: byNames } },
    ({ query }) => counts.followers(query.names.split(',')),
  )
}

const byNames = {
  type: 'object',
  required: ['names'],
  properties: { names: { type: 'string', minLength: 1, maxLength: 4000 } },
}
