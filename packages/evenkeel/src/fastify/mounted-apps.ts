import type { FastifyInstance } from 'fastify'
import type { Mounted } from '../node-http/mounted.ts'
import type { FastifyExchange } from './fastify-exchange.ts'

const mounts = new WeakMap<FastifyInstance, Mounted<FastifyExchange>>()

/** The chain that is mounted into an app, if one is. */
export function mountedInto(app: FastifyInstance): Mounted<FastifyExchange> | undefined {
  return mounts.get(app)
}

export function setMounted(app: FastifyInstance, mounted: Mounted<FastifyExchange>): void {
  mounts.set(app, mounted)
}
