import type { FastifyInstance } from 'fastify'
import type { Places } from './places.ts'

/** The places over HTTP. */
export const placesRoutes = (places: Places) => (app: FastifyInstance) => {
  app.get<{ Querystring: { ids: string } }>('/places', { schema: { querystring: byIds } }, ({ query }) =>
    places.find(query.ids.split(',')),
  )
}

const byIds = {
  type: 'object',
  required: ['ids'],
  properties: { ids: { type: 'string', minLength: 1, maxLength: 4000 } },
}
