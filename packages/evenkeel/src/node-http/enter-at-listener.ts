import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import {
  ExpectationFailedException,
  MalformedRequestException,
  MissingHostException,
} from '../http/exceptions.ts'
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
    requireUnambiguous(raw)
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

/**
 * Node goes by the first of two such headers; a proxy on the way may have gone by the second.
 *
 * @throws {MalformedRequestException}
 */
function requireUnambiguous({ rawHeaders }: IncomingMessage): void {
  let hosts = 0
  let authorizations = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    // By their lengths first: it is done with every request.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
    else if (name.length === 13 && name.toLowerCase() === 'authorization') authorizations++
  }
  if (hosts > 1) throw new MalformedRequestException('it has more than one header Host')
  if (authorizations > 1) throw new MalformedRequestException('it has more than one header Authorization')
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
