import type { AddressInfo } from 'node:net'
import { fixedOperators, mountConsole } from '@evenkeel/console'
import type { ActionsReader } from 'evenkeel/actions'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memorySeries, memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import Fastify, { type FastifyInstance } from 'fastify'

export interface ListenerOptions {
  /** The service's name, as its callers and its console know it. */
  service: string
  /** 0 takes one that is free. */
  port: number
  routes: (app: FastifyInstance) => void
  operators: Operators
  /** Whether only our own services call it: they are told by which other services an exception came. */
  isInternal: boolean
}

/** Who may look at the consoles. */
export interface Operators {
  readonly token: string
  /** Seals their sessions. The services share it, so that who has signed in at one may look at all. */
  readonly sessionKey: Uint8Array
}

/** One of the small services: an HTTP server of its own, with its own statistics, log and console. */
export class Listener {
  readonly service: string
  /** What was counted and logged outlives a kill, as it would in stores of their own. */
  readonly stats = memoryStats()
  readonly #series = memorySeries({ stats: this.stats })
  readonly log = memoryTxLog()
  readonly #options: ListenerOptions
  #app: FastifyInstance | undefined
  #port: number

  constructor(options: ListenerOptions) {
    this.service = options.service
    this.#options = options
    this.#port = options.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Serves, at the same address as before if it was killed. Does nothing while it serves. */
  async start(): Promise<void> {
    if (this.#app !== undefined) return
    const { service, routes, operators, isInternal } = this.#options
    const app = Fastify(evenkeelFastifyOptions())
    mountEvenkeel(app, { service, stats: this.stats, log: this.log, isTrusted: () => isInternal })
    routes(app)
    await mountConsole(app, {
      stats: this.stats,
      series: this.#series,
      log: this.log,
      actions: noActions,
      sessionKey: operators.sessionKey,
      operators: fixedOperators({ operator: operators.token }),
    })
    await app.listen({ host: '127.0.0.1', port: this.#port })
    this.#port = (app.server.address() as AddressInfo).port
    this.#app = app
  }

  /** Stops at once, and cuts every connection. */
  async kill(): Promise<void> {
    const closed = this.#app?.close()
    this.#app?.server.closeAllConnections()
    this.#app = undefined
    await closed
  }
}

/** These services have no durable actions to show. */
const noActions: ActionsReader = {
  list: async () => [],
  view: async () => undefined,
  overview: async () => ({ running: 0, watches: 0, residue: 0 }),
  residue: async () => [],
}
