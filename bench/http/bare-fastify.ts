import Fastify, { type FastifyInstance } from 'fastify'

/** Fastify as it comes: it counts nothing and logs nothing. What is thrown is an error that carries its status. */
export function bareFastify(): FastifyInstance {
  const app = Fastify()
  app.get('/things/:id', async request => ({ id: (request.params as { id: string }).id, name: 'a thing' }))
  app.get('/missing/:id', async request => {
    const { id } = request.params as { id: string }
    throw Object.assign(new Error(`There is no thing ${id}.`), { statusCode: 404 })
  })
  return app
}
