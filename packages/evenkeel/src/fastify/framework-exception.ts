import type { FastifySchemaValidationError } from 'fastify'
import {
  BadClientRequestException,
  Exception,
  toException,
  ValidationException,
} from '../exceptions/index.ts'
import {
  ClientDisconnectedException,
  EmptyBodyException,
  MalformedJsonException,
  MalformedUrlException,
  ParameterTooLongException,
  PayloadTooLargeException,
  ResponseNotSerializableException,
  TruncatedBodyException,
  UnsupportedMediaTypeException,
} from '../http/exceptions.ts'
import { shownPath } from '../http/shown-path.ts'
import type { FastifyExchange } from './fastify-exchange.ts'
import { fieldErrors } from './field-errors.ts'

/** What a thrown value is: an exception stays itself, an error of the framework becomes one with a class of its own. */
export function frameworkException(thrown: unknown, exchange: FastifyExchange): Exception {
  if (!(thrown instanceof Error)) return toException(thrown)
  const error: FrameworkError = thrown
  // The framework marks what a serializer threw, be it an exception.
  if (error.serialization !== undefined) {
    return new ResponseNotSerializableException(exchange.tx.operation, { cause: error })
  }
  if (error instanceof Exception) return error
  if (Array.isArray(error.validation)) {
    const fields = fieldErrors(error.validation, error.validationContext ?? 'request')
    return new ValidationException(fields, { cause: error })
  }
  if (error.code === 'ECONNRESET' && exchange.raw.destroyed) {
    return new ClientDisconnectedException({ cause: error })
  }
  const known =
    byCode.get(error.code) ??
    (isClientFault(error) ? (byStatus.get(error.statusCode) ?? refused) : toException)
  return known(error, exchange)
}

interface FrameworkError extends Error {
  readonly code?: string
  readonly statusCode?: number
  readonly validation?: FastifySchemaValidationError[]
  readonly validationContext?: string
  readonly serialization?: unknown
}

type Known = (cause: FrameworkError, exchange: FastifyExchange) => Exception

const byCode = new Map<string | undefined, Known>([
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', cause => new TruncatedBodyException({ cause })],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', cause => new EmptyBodyException({ cause })],
  [
    'FST_ERR_CTP_INVALID_JSON_BODY',
    cause => new MalformedJsonException('something in it is out of place', { cause }),
  ],
  ['FST_ERR_CTP_BODY_TOO_LARGE', tooLarge],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', unsupported],
  ['FST_ERR_ROUTE_MISSING_CONTENT_TYPE', unsupported],
  ['FST_ERR_BAD_URL', (cause, { url }) => new MalformedUrlException(shownPath(url), { cause })],
  ['FST_ERR_MAX_PARAM_LENGTH', (cause, { url }) => new ParameterTooLongException(shownPath(url), { cause })],
  ['FST_ERR_REP_INVALID_PAYLOAD_TYPE', unwritable],
])

/** For plugins of the framework, which have codes of their own. */
const byStatus = new Map<number | undefined, Known>([
  [413, tooLarge],
  [415, unsupported],
])

function refused(cause: FrameworkError): Exception {
  return new BadClientRequestException(cause.message, { cause })
}

function tooLarge(cause: FrameworkError, { reply }: FastifyExchange): Exception {
  return new PayloadTooLargeException(reply?.routeOptions.bodyLimit ?? 0, { cause })
}

function unsupported(cause: FrameworkError, { headers }: FastifyExchange): Exception {
  const mediaType = headers['content-type'] ?? ''
  return new UnsupportedMediaTypeException(mediaType.slice(0, 200), { cause })
}

function unwritable(cause: FrameworkError, { tx }: FastifyExchange): Exception {
  return new ResponseNotSerializableException(tx.operation, { cause })
}

/**
 * Only what the framework itself says: errors of other modules carry a status too, an HTTP client's for instance,
 * and that one says what *we* did wrong.
 */
function isClientFault({ code, statusCode = 500 }: FrameworkError): boolean {
  return code?.startsWith('FST_') === true && statusCode >= 400 && statusCode <= 499
}
