import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Engine } from '../engine.ts'
import { CountingOutside, stepNumbers } from '../five-steps.ts'
import { installPeers } from './install.ts'
import { restateServer } from './restate-server.ts'

const patienceMs = 30_000

/** Restate with one node: the five steps are a handler in this process, which also asks the server for its runs. */
export async function restate(): Promise<Engine> {
  await installPeers()
  await using started = new AsyncDisposableStack()
  const server = started.use(await restateServer())
  const outside = new CountingOutside()
  const endpoint = await serveFiveSteps(outside)
  started.defer(() => {
    endpoint.close()
  })
  await register(server.adminUrl, `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`)
  const all = started.move()
  return {
    run: order => invoke(`${server.ingressUrl}/orders/run`, order),
    effects: () => outside.count,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function serveFiveSteps(outside: CountingOutside): Promise<Http2Server> {
  const { createEndpointHandler, service } = await import('@restatedev/restate-sdk')
  const orders = service({
    name: 'orders',
    handlers: {
      async run(context, order: number) {
        let id = ''
        for (const step of stepNumbers) {
          id = await context.run(`step-${step}`, async () => {
            await outside.effect()
            return `${order}/${step}`
          })
        }
        return { id }
      },
    },
  })
  const logger = ({ level }: { level: string }, ...message: unknown[]) => {
    if (level === 'error') console.error(...message)
  }
  // Not `serve`: that one listens on every address.
  const endpoint = createServer(createEndpointHandler({ services: [orders], logger }))
  await once(endpoint.listen(0, '127.0.0.1'), 'listening')
  return endpoint
}

/** Tried until its partitions have their leaders: the server listens before it can serve. */
async function register(adminUrl: string, uri: string): Promise<void> {
  const giveUpAtMs = performance.now() + patienceMs
  for (;;) {
    const answer = await post(`${adminUrl}/deployments`, { uri })
    if (answer.ok) return
    if (performance.now() > giveUpAtMs)
      throw new Error(`Restate refused the deployment with ${answer.status}: ${await answer.text()}`)
    await wait(200)
  }
}

async function invoke(url: string, order: number): Promise<void> {
  const answer = await post(url, order)
  const body = await answer.text()
  if (!answer.ok) throw new Error(`Restate answered order ${order} with ${answer.status}: ${body}`)
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}
