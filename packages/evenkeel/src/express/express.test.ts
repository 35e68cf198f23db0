import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import express, { type Express, type Response as ExpressResponse } from 'express'
import { readJson } from '../http/read-json.ts'
import { serverContract } from '../http/server.contract.ts'
import type { ServerOptions } from '../http/server-chain.ts'
import type { ContractAnswer, StartedServer } from '../http/server-harness.ts'
import { mountEvenkeel } from './mount-evenkeel.ts'

serverContract('Express', {
  innermost: 'Express',
  lacks: { 'an overlong parameter': 'Express sets no bound to a parameter' },
  differs: {
    'an answer that JSON can not carry': {
      exception: 'InternalException',
      because: 'Express makes the JSON inside of the handler, so that it throws there',
    },
    ...Object.fromEntries(
      ['null', 'undefined'].map(nothing => [
        `${nothing}, thrown at once`,
        {
          exception: 'RouteNotFoundException',
          category: 'client',
          status: 404,
          because: 'Express takes it for next(), and nobody else answers',
        },
      ]),
    ),
  },
  async start(routes, options, patienceMs) {
    const app = express()
    for (const { method, path, schema, handle } of routes) {
      app[method === 'GET' ? 'get' : 'post'](path, (request, response) => {
        const answer = handle({
          params: request.params as Record<string, string>,
          json: () => readJson(request, { limitBytes: 100, ...(schema !== undefined && { schema }) }),
          bytes: () => request,
        })
        return Promise.resolve(answer).then(value => write(response, value))
      })
    }
    return started(app, options, patienceMs)
  },
})

async function write(response: ExpressResponse, answer: ContractAnswer): Promise<void> {
  if (answer instanceof Readable) await pipeline(answer, response.type('text'))
  else response.json(answer)
}

async function started(app: Express, options: ServerOptions, patienceMs?: number): Promise<StartedServer> {
  const impatience = {
    requestTimeout: patienceMs,
    headersTimeout: patienceMs,
    connectionsCheckingInterval: 20,
  }
  const server = patienceMs === undefined ? createServer(app) : createServer(impatience as object, app)
  const { chain } = mountEvenkeel(server, app, options)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    chain,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}
