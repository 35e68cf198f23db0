import Fastify, { type FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { RequestMetrics } from './request-metrics.ts'

/** Fastify as it is commonly run: pino's two lines for each request, written to /dev/null, and prom-client. */
export function fastifyWithPino(): FastifyInstance {
  const metrics = new RequestMetrics()
  const app = Fastify({ loggerInstance: pino(pino.destination('/dev/null')) })
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    metrics.record(method, routeOptions.url ?? '(no route)', reply.statusCode, reply.elapsedTime)
    done()
  })
  app.get('/things/:id', async request => ({ id: (request.params as { id: string }).id, name: 'a thing' }))
  app.get('/missing/:id', async request => {
    const { id } = request.params as { id: string }
    throw Object.assign(new Error(`There is no thing ${id}.`), { statusCode: 404 })
  })
  return app as unknown as FastifyInstance
}
