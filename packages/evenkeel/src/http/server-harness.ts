import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Exception } from '../exceptions/exception.ts'
import { memoryStats } from '../stats/memory-stats.ts'
import type { OutcomeCount } from '../stats/stats.ts'
import { memoryTxLog } from '../tx-log/memory/memory-tx-log.ts'
import type { TxLog, TxRow } from '../tx-log/tx-log.ts'
import type { ServerOptions } from './server-chain.ts'
import type { StandardSchema } from './validated.ts'

/** What a route of the contract may ask of its request. */
export interface ContractCall {
  readonly params: { readonly [name: string]: string }
  /** The body as JSON, read and checked as the framework does it. */
  json(): unknown
  /** The body as it comes in. */
  bytes(): AsyncIterable<Uint8Array>
}

/** A route of the contract. It answers with what JSON can carry, or with a stream of text. May throw at once. */
export interface ContractRoute {
  readonly method: 'GET' | 'POST'
  /** With parameters as `:id`. */
  readonly path: string
  /** What the body must be. @default anything */
  readonly schema?: StandardSchema
  handle(call: ContractCall): ContractAnswer | Promise<ContractAnswer>
}

export type ContractAnswer = Readable | unknown

/** How a request is to end. */
export interface Ending {
  readonly operation: string
  readonly exception: string | undefined
  readonly category: string | undefined
  readonly status: number
}

/** How the contract starts servers of one kind, and in what this kind is not like the others. */
export interface ServerHarness {
  /** How the printed chain ends. */
  readonly innermost: string
  /** Starts a server on a free port of 127.0.0.1. It takes bodies of 100 bytes, and lets a request arrive within `patienceMs`. */
  start(
    routes: readonly ContractRoute[],
    options: ServerOptions,
    patienceMs: number | undefined,
  ): Promise<StartedServer>
  /** The cases that can't exist with this kind of server, by name, with the reason. @default none */
  readonly lacks?: { readonly [caseName: string]: string }
  /** The cases that this kind of server ends in another way, by name, and why. @default none */
  readonly differs?: { readonly [caseName: string]: Partial<Ending> & { readonly because: string } }
}

export interface StartedServer {
  readonly chain: string
  readonly port: number
  close(): Promise<void>
}

/** A running server: what it counted and logged, and a connection to speak to it byte by byte. */
export interface ObservedServer extends AsyncDisposable {
  readonly url: string
  readonly chain: string
  readonly problems: readonly Exception[]
  /** Everything logged, once there are as many rows as this. */
  rows(count: number): Promise<readonly TxRow[]>
  counted(): readonly OutcomeCount[]
  connect(): Promise<Socket>
  /** Sends bytes as they are and resolves with all that came back until the server closed. */
  speak(bytes: string | Uint8Array): Promise<string>
}

export async function observedServer(
  start: (options: ServerOptions) => Promise<StartedServer>,
  options: Partial<ServerOptions> = {},
): Promise<ObservedServer> {
  const stats = memoryStats()
  const { log, rows } = watchedLog()
  const problems: Exception[] = []
  const onProblem = (exception: Exception): void => void problems.push(exception)
  const { chain, port, close } = await start({ service: 'test', stats, log, onProblem, ...options })
  const connectTo = async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return socket
  }
  return {
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
    [Symbol.asyncDispose]: close,
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
  const log = memoryTxLog()
  const append = log.append.bind(log)
  const appended: TxRow[] = []
  let wake = (): void => {}
  log.append = row => {
    appended.push(row)
    append(row)
    wake()
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
