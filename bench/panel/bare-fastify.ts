import { readFileSync } from 'node:fs'
import Fastify, { type FastifyInstance } from 'fastify'

/** What the panel answers, for a peer that answers the same. */
export interface Answers {
  readonly server: object
  readonly servers: readonly object[]
}

/** Fastify as it comes, which has its answers at hand. @param path the file with them */
export function bareFastify(path: string): FastifyInstance {
  const { server, servers } = JSON.parse(readFileSync(path, 'utf8')) as Answers
  const app = Fastify()
  app.get('/v1/servers/:uuid', async () => server)
  app.get('/v1/servers', async () => servers)
  return app
}
