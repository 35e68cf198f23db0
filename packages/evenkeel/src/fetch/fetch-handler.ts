import { ServerChain, type ServerOptions } from '../http/server-chain.ts'
import { FetchExchange } from './fetch-exchange.ts'

export interface FetchHandlerOptions extends ServerOptions {
  /** The template of the route that a request leads to, `/servers/:id`, where it can be told before it is handled. @default none */
  route?: (request: Request) => string | undefined
}

/** A handler in the manner of the fetch API, which prints its chain. What a runtime hands on beside the request is handed on. */
export type FetchHandler<Rest extends unknown[] = []> = (request: Request, ...rest: Rest) => Promise<Response>

/**
 * Runs every request of a handler as one transaction in one chain. What the handler throws is answered by its class;
 * an answer is counted when its body has been read to the end, has broken off, or nobody wants the rest.
 *
 * A handler that knows its route only later names the transaction itself: `currentTx().operation = 'GET /servers/:id'`.
 *
 * @example
 * const handler = fetchHandler(
 *   request => {
 *     const { handler, params } = routes.find(request.method, request.url)
 *     return handler(request, params)
 *   },
 *   { service: 'servers', stats: memoryStats(), log: memoryTxLog() },
 * )
 * export default { fetch: handler }
 */
export function fetchHandler<Rest extends unknown[] = []>(
  handler: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  { route, ...options }: FetchHandlerOptions,
): FetchHandler<Rest> {
  const chain = new ServerChain(options, 'fetch')
  const handle = (request: Request, ...rest: Rest): Promise<Response> => {
    const exchange = new FetchExchange(request, chain, async ({ tx }) => {
      const template = route?.(request)
      if (template !== undefined) tx.operation = `${request.method} ${template}`
      return handler(request, ...rest)
    })
    chain.serve(exchange)
    return exchange.response
  }
  return Object.defineProperty(handle, 'toString', { value: () => String(chain) })
}
