import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { InternalException } from '../exceptions/internal-exception.ts'
import { type MountedEvenkeel, ServerChain, type ServerOptions } from '../http/server-chain.ts'
import type { ConnectionError } from './connection-exception.ts'
import { enterAtListener, type NodeHandler } from './enter-at-listener.ts'
import { Exchange } from './exchange.ts'
import { Mounted } from './mounted.ts'

/**
 * Runs every request of a server of `node:http` or `node:https` as one transaction in one chain, and all that its
 * parser refuses. The server's handler may throw, at once or later: what it throws is answered by its class.
 *
 * Called once, before the server listens, after its handler was given to it.
 *
 * @throws {InternalException} if a chain is mounted into the server already
 *
 * @example
 * const server = createServer(async (request, response) => {
 *   const { name } = await readJson(request, { schema: NewServer })
 *   writeJson(response, { created: name }, { status: 201 })
 * })
 * mountEvenkeel(server, { service: 'servers', stats: memoryStats(), log: memoryTxLog() })
 * server.listen(8080)
 */
export function mountEvenkeel(server: Server, options: ServerOptions): MountedEvenkeel {
  const chain = new ServerChain(options, 'node:http')
  mountInto(server, new Mounted(chain, Exchange))
  return { chain: String(chain) }
}

/**
 * Puts a chain in the place of a server's listeners.
 *
 * @param handlers what stands at its end @default the listeners
 * @throws {InternalException} if one is there already
 */
export function mountInto<E extends Exchange>(
  server: Server,
  mounted: Mounted<E>,
  handlers?: readonly NodeHandler[],
): void {
  if (mounts.has(server)) {
    throw new InternalException(
      'A chain is mounted into this server already. Pass all filters to one mountEvenkeel.',
    )
  }
  mounts.add(server)
  // Node would answer by itself, unseen; the chain refuses such a request.
  Object.assign(server, { requireHostHeader: false })
  enterAtListener(server, mounted, handlers)
  server.removeAllListeners('clientError')
  server.on('clientError', (error: ConnectionError, socket) => mounted.breakOff(error, socket as Socket))
}

const mounts = new WeakSet<Server>()
