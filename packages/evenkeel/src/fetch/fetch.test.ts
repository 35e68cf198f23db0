import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { readJson } from '../http/read-json.ts'
import { routeTable } from '../http/route-table.ts'
import { serverContract } from '../http/server.contract.ts'
import type { ContractAnswer, ContractRoute, ServerHarness, StartedServer } from '../http/server-harness.ts'
import { fetchHandler } from './fetch-handler.ts'
import { honoHandler } from './hono-handler.ts'

const runtimeAnswers = 'the runtime reads the connection, and answers by itself what is no request'
const runtimeChooses = 'a Request has each header once, whatever the runtime made of two'

const withoutConnection: NonNullable<ServerHarness['lacks']> = {
  'a truncated body': runtimeAnswers,
  'a body whose chunks make no sense': runtimeAnswers,
  'a request that does not arrive in time': runtimeAnswers,
  'no HTTP at all': runtimeAnswers,
  'headers that end too early': runtimeAnswers,
  'headers that are too large': runtimeAnswers,
  'a request without a host': runtimeAnswers,
  'a request with two hosts': runtimeChooses,
  'a request on behalf of two callers': runtimeChooses,
  'an unknown expectation': runtimeAnswers,
}

const inHandler = {
  exception: 'InternalException',
  because: 'the handler makes its JSON itself, so that it throws there',
}

serverContract('a handler of the fetch API', {
  innermost: 'fetch',
  lacks: withoutConnection,
  differs: { 'an answer that JSON can not carry': inHandler },
  async start(routes, options) {
    const table = routeTable<ContractRoute>(
      Object.fromEntries(routes.map(route => [`${route.method} ${route.path}`, route])),
    )
    const handler = fetchHandler(request => {
      const { handler: route, params } = table.find(request.method, request.url)
      return respond(route, request, params)
    }, options)
    return started(serve({ fetch: handler, hostname: '127.0.0.1', port: 0 }), String(handler))
  },
})

serverContract('Hono', {
  innermost: 'fetch',
  lacks: {
    ...withoutConnection,
    'an overlong parameter': 'Hono sets no bound to a parameter',
    'a path that can not be decoded': 'Hono takes such a path as it is',
    'a path of bytes that are no text': 'Hono takes such a path as it is',
  },
  differs: {
    'an answer that JSON can not carry': inHandler,
  },
  async start(routes, options) {
    const app = new Hono()
    app.use(async (_, next) => next())
    for (const route of routes) {
      app.on(route.method, route.path, ({ req }) => respond(route, req.raw, req.param()))
    }
    const handler = honoHandler(app, options)
    return started(serve({ fetch: handler, hostname: '127.0.0.1', port: 0 }), String(handler))
  },
})

function respond(
  { schema, handle }: ContractRoute,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const answer = handle({
    params,
    json: () => readJson(request, { limitBytes: 100, ...(schema !== undefined && { schema }) }),
    bytes: () => request.body as ReadableStream<Uint8Array>,
  })
  return Promise.resolve(answer).then(toResponse)
}

function toResponse(answer: ContractAnswer): Response {
  if (!(answer instanceof Readable)) return Response.json(answer)
  return new Response(Readable.toWeb(answer) as ReadableStream, { headers: { 'content-type': 'text/plain' } })
}

async function started(server: ServerType, chain: string): Promise<StartedServer> {
  if (!server.listening) await once(server, 'listening')
  return {
    chain,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const { closeAllConnections } = server as Server
      closeAllConnections.call(server)
      await new Promise(resolve => server.close(resolve))
    },
  }
}
