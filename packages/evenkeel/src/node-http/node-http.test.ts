import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readJson } from '../http/read-json.ts'
import { routeTable } from '../http/route-table.ts'
import { serverContract } from '../http/server.contract.ts'
import type { ContractAnswer, ContractRoute } from '../http/server-harness.ts'
import { mountEvenkeel } from './mount-evenkeel.ts'
import { writeJson } from './write-json.ts'

serverContract('node:http', {
  innermost: 'node:http',
  async start(routes, options, patienceMs) {
    const table = routeTable<ContractRoute>(
      Object.fromEntries(routes.map(route => [`${route.method} ${route.path}`, route])),
    )
    const server = createServer(impatience(patienceMs), (request, response) => {
      const { handler: route, params } = table.find(request.method ?? '', request.url ?? '')
      const { schema } = route
      const answer = route.handle({
        params,
        json: () => readJson(request, { limitBytes: 100, ...(schema !== undefined && { schema }) }),
        bytes: () => request,
      })
      return Promise.resolve(answer).then(value => write(response, value))
    })
    const { chain } = mountEvenkeel(server, options)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return {
      chain,
      port: (server.address() as AddressInfo).port,
      close: async () => {
        server.closeAllConnections()
        await server[Symbol.asyncDispose]()
      },
    }
  },
})

async function write(response: ServerResponse, answer: ContractAnswer): Promise<void> {
  if (!(answer instanceof Readable)) return writeJson(response, answer)
  response.writeHead(200, { 'content-type': 'text/plain' })
  await pipeline(answer, response)
}

function impatience(patienceMs: number | undefined): object {
  if (patienceMs === undefined) return {}
  return { requestTimeout: patienceMs, headersTimeout: patienceMs, connectionsCheckingInterval: 20 }
}
