import type { Exception } from '../exceptions/index.ts'
import {
  ClientDisconnectedException,
  MalformedJsonException,
  MalformedUrlException,
  PayloadTooLargeException,
  TruncatedBodyException,
  UnsupportedMediaTypeException,
} from '../http/exceptions.ts'
import { exceptionOfStatus, type HttpError, isHttpError } from '../http/from-http-error.ts'
import { whyNotJson } from '../http/parse-json.ts'
import { shownPath } from '../http/shown-path.ts'
import type { Exchange } from '../node-http/exchange.ts'

/** What an error of Express itself is, or of its body parser, or one made by `http-errors`; undefined for any other. */
export function expressException(thrown: unknown, exchange: Exchange): Exception | undefined {
  if (thrown instanceof URIError && 'status' in thrown && thrown.status === 400) {
    return new MalformedUrlException(shownPath(exchange.url), { cause: thrown })
  }
  if (!isHttpError(thrown)) return undefined
  const error: ParserError = thrown
  const known = byType.get(error.type)
  return known?.(error, exchange) ?? exceptionOfStatus(error.status, error.message, { cause: error })
}

interface ParserError extends HttpError {
  /** What the body parser calls it. */
  readonly type?: string
  readonly limit?: number
  readonly body?: unknown
}

type Known = (cause: ParserError, exchange: Exchange) => Exception

const byType = new Map<string | undefined, Known>([
  [
    'entity.parse.failed',
    cause => new MalformedJsonException(whyNotJson(String(cause.body ?? '')), { cause }),
  ],
  ['entity.too.large', cause => new PayloadTooLargeException(cause.limit ?? 0, { cause })],
  ['request.size.invalid', cause => new TruncatedBodyException({ cause })],
  ['request.aborted', cause => new ClientDisconnectedException({ cause })],
  ['charset.unsupported', unsupported],
  ['encoding.unsupported', unsupported],
])

function unsupported(cause: ParserError, { headers }: Exchange): Exception {
  return new UnsupportedMediaTypeException((headers['content-type'] ?? '').slice(0, 200), { cause })
}
