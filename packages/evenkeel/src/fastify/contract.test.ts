import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import { z } from 'zod'
import { serverContract } from '../http/server.contract.ts'
import { evenkeelFastifyOptions } from './evenkeel-fastify-options.ts'
import { mountEvenkeel } from './mount-evenkeel.ts'

serverContract('Fastify', {
  innermost: 'Fastify',
  async start(routes, options, patienceMs) {
    const app = Fastify({ ...evenkeelFastifyOptions(), bodyLimit: 100, ...impatience(patienceMs) })
    const { chain } = mountEvenkeel(app, options)
    app.addContentTypeParser('application/octet-stream', (_, payload, done) => done(null, payload))
    for (const { method, path, schema, handle } of routes) {
      app.route({
        method,
        url: path,
        ...(schema !== undefined && {
          schema: { body: z.toJSONSchema(schema as z.ZodType, { target: 'draft-7' }) },
        }),
        handler: (request, reply) => {
          const answer = handle({
            params: request.params as Record<string, string>,
            json: () => request.body,
            bytes: () => request.body as AsyncIterable<Uint8Array>,
          })
          return Promise.resolve(answer).then(value =>
            value instanceof Readable ? reply.type('text/plain').send(value) : value,
          )
        },
      })
    }
    await app.listen({ host: '127.0.0.1', port: 0 })
    return {
      chain,
      port: (app.server.address() as AddressInfo).port,
      close: async () => {
        app.server.closeAllConnections()
        await app.close()
      },
    }
  },
})

/** Node takes the smaller of the two times for the headers' and the larger one for the request's, whichever is which. */
function impatience(patienceMs: number | undefined): object {
  if (patienceMs === undefined) return {}
  const http = {
    ...evenkeelFastifyOptions().http,
    headersTimeout: patienceMs,
    connectionsCheckingInterval: 20,
  }
  return { requestTimeout: patienceMs, http }
}
