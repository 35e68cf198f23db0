import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { ExpectationFailedException, MissingHostException } from '../http/exceptions.ts'
import type { Exchange } from './exchange.ts'
import type { Mounted } from './mounted.ts'

/** A plain handler of Node's servers. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown

/** The first moment at which a request is seen: the server's own listeners become the end of the chain. */
export function enterAtListener<E extends Exchange>(
  server: Server,
  mounted: Mounted<E>,
  handlers: readonly NodeHandler[] = server.listeners('request') as NodeHandler[],
): void {
  const dispatch = (exchange: E): void => {
    const { raw, response } = exchange
    if (raw.headers.host === undefined && raw.httpVersion === '1.1') throw new MissingHostException()
    for (const handler of handlers) {
      const handling = handler.call(server, raw, response)
      if (isThenable(handling)) handling.then(undefined, thrown => exchange.fail(thrown))
    }
  }
  const refuseExpectation = ({ headers }: E): void => {
    throw new ExpectationFailedException(headers.expect ?? '')
  }
  server.removeAllListeners('request')
  server.on('request', (raw, response) => mounted.begin(raw, response, dispatch))
  server.on('checkExpectation', (raw, response) => mounted.begin(raw, response, refuseExpectation))
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
