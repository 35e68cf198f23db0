import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { type ObservedServer, observedServer } from '../http/server-harness.ts'
import { evenkeelFastifyOptions } from './evenkeel-fastify-options.ts'
import { type MountEvenkeelOptions, mountEvenkeel } from './mount-evenkeel.ts'

/** A running app with a mounted chain, for tests. */
export interface TestApp extends ObservedServer {
  readonly app: FastifyInstance
}

export interface TestAppOptions extends Partial<MountEvenkeelOptions> {
  routes?: (app: FastifyInstance) => void
  fastify?: {
    bodyLimit?: number
    requestTimeout?: number
    http?: { connectionsCheckingInterval: number; headersTimeout: number }
  }
}

export async function testApp({ routes, fastify, ...options }: TestAppOptions = {}): Promise<TestApp> {
  const common = evenkeelFastifyOptions()
  const app = Fastify({ ...common, ...fastify, http: { ...common.http, ...fastify?.http } })
  const server = await observedServer(async given => {
    const { chain } = mountEvenkeel(app, given)
    routes?.(app)
    await app.listen({ host: '127.0.0.1', port: 0 })
    return {
      chain,
      port: (app.server.address() as AddressInfo).port,
      close: async () => {
        app.server.closeAllConnections()
        await app.close()
      },
    }
  }, options)
  return { ...server, app }
}
