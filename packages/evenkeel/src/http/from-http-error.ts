import {
  AuthenticationException,
  AuthorizationException,
  BadClientRequestException,
  BadGatewayException,
  ConflictException,
  type Exception,
  type ExceptionOptions,
  GatewayTimeoutException,
  InternalException,
  NotFoundException,
  ServiceUnavailableException,
  TooManyRequestsException,
} from '../exceptions/index.ts'

/** An error as the package `http-errors` makes them: it says with which status it is meant to be answered. */
export interface HttpError extends Error {
  readonly status: number
  readonly statusCode: number
  /** Whether its message is meant for the client. */
  readonly expose: boolean
}

/**
 * Whether a thrown value is such an error. The status alone does not tell: the errors of an HTTP client carry one
 * too, and that one says what *we* did wrong.
 */
export function isHttpError(thrown: unknown): thrown is HttpError {
  if (!(thrown instanceof Error)) return false
  const { status, statusCode, expose }: Partial<HttpError> = thrown
  return typeof expose === 'boolean' && typeof status === 'number' && status === statusCode
}

/** The exception that stands for a status which code wrote itself: its class has the status, whatever it is. */
export function exceptionOfStatus(status: number, message: string, options: ExceptionOptions): Exception {
  const ExceptionOfStatus = classOfStatus(status)
  return new ExceptionOfStatus(message, options)
}

type ConcreteClass = new (message: string, options: ExceptionOptions) => Exception

const classes = new Map<number, ConcreteClass>([
  [400, BadClientRequestException],
  [401, AuthenticationException],
  [403, AuthorizationException],
  [404, NotFoundException],
  [409, ConflictException],
  [429, TooManyRequestsException],
  [502, BadGatewayException],
  [503, ServiceUnavailableException],
  [504, GatewayTimeoutException],
])

function classOfStatus(status: number): ConcreteClass {
  const known = classes.get(status)
  if (known !== undefined) return known
  if (status < 400 || status > 499) return InternalException
  // No class of the library has this status, and the client is to get what the application meant.
  const made = class BadClientRequestWithStatusException extends BadClientRequestException {
    static override readonly status: number = status
  }
  classes.set(status, made)
  return made
}
