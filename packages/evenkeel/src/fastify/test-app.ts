import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Exception } from '../exceptions/index.ts'
import { memoryStats } from '../stats/memory-stats.ts'
import type { OutcomeCount } from '../stats/stats.ts'
import { memoryTxLog } from '../tx-log/memory/memory-tx-log.ts'
import type { TxLog, TxRow } from '../tx-log/tx-log.ts'
import { evenkeelFastifyOptions } from './evenkeel-fastify-options.ts'
import { type MountEvenkeelOptions, mountEvenkeel } from './mount-evenkeel.ts'

/** A running app with a mounted chain, for tests: what it counted and logged, and a connection to speak to it byte by byte. */
export interface TestApp {
  readonly app: FastifyInstance
  readonly url: string
  readonly chain: string
  readonly problems: readonly Exception[]
  /** Everything logged, once there are as many rows as this. */
  rows(count: number): Promise<readonly TxRow[]>
  counted(): readonly OutcomeCount[]
  connect(): Promise<Socket>
  /** Sends bytes as they are and resolves with all that came back until the server closed. */
  speak(bytes: string | Uint8Array): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
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
  const stats = memoryStats()
  const { log, rows } = watchedLog()
  const problems: Exception[] = []
  const onProblem = (exception: Exception): void => void problems.push(exception)
  const { chain } = mountEvenkeel(app, { service: 'test', stats, log, onProblem, ...options })
  routes?.(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const connectTo = async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return socket
  }
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    chain,
    problems,
    rows,
    counted: () => stats.totals(),
    connect: connectTo,
    async speak(bytes) {
      const socket = await connectTo()
      socket.end(bytes)
      return read(socket)
    },
    async [Symbol.asyncDispose]() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

/** All that comes until the other side closes, however it does. */
export async function read(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.on('error', () => {}) // a reset ends what is read as well
  if (!socket.closed) await new Promise(resolve => socket.on('close', resolve).on('end', () => socket.end()))
  return Buffer.concat(chunks).toString('latin1')
}

function watchedLog(): { log: TxLog; rows: (count: number) => Promise<readonly TxRow[]> } {
  const inner = memoryTxLog()
  const appended: TxRow[] = []
  let wake = (): void => {}
  const log: TxLog = {
    append(row) {
      appended.push(row)
      inner.append(row)
      wake()
    },
    find: id => inner.find(id),
    query: query => inner.query(query),
    close: () => inner.close(),
    shedCount: 0,
  }
  return {
    log,
    async rows(count) {
      while (appended.length < count) await new Promise<void>(resolve => (wake = resolve))
      // What belongs to the same events must have come by now: one row too many is seen here.
      await new Promise(resolve => setImmediate(resolve))
      return appended
    },
  }
}
