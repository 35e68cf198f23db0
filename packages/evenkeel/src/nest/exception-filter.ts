import type { IncomingMessage } from 'node:http'
import { type ArgumentsHost, type ExceptionFilter, HttpException } from '@nestjs/common'
import { exchangeOf } from '../node-http/exchange.ts'
import { nestException } from './nest-exception.ts'

/** Hands whatever Nest catches to the transaction that it belongs to. */
export class EvenkeelExceptionFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const exchange = exchangeOf(rawOf(host.getArgByIndex(0)))
    if (exchange === undefined) throw thrown // another transport than HTTP
    exchange.fail(isHttpException(thrown) ? nestException(thrown) : thrown)
  }
}

/** Fastify's requests stand around Node's, Express's are Node's. */
export function rawOf(request: IncomingMessage & { readonly raw?: IncomingMessage }): IncomingMessage {
  return request.raw ?? request
}

function isHttpException(thrown: unknown): thrown is HttpException {
  try {
    return thrown instanceof HttpException
  } catch {
    return false // a revoked proxy
  }
}
