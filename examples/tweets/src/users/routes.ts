import type { FastifyInstance } from 'fastify'
import type { Users } from './users.ts'

/** The users over HTTP. */
export const usersRoutes = (users: Users) => (app: FastifyInstance) => {
  app.get<{ Querystring: { names: string } }>('/users', { schema: { querystring: byNames } }, ({ query }) =>
    users.find(query.names.split(',')),
  )
}

const byNames = {
  type: 'object',
  required: ['names'],
  properties: { names: { type: 'string', minLength: 1, maxLength: 4000 } },
}
