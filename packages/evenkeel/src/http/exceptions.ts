import {
  BadClientRequestException,
  type ExceptionOptions,
  InternalException,
  NotFoundException,
  type RetrySafety,
} from '../exceptions/index.ts'

/** Nothing is at this path, whatever the method. Tells a wrong route from a wrong id. */
export class RouteNotFoundException extends NotFoundException<{ method: string; path: string }> {
  constructor(method: string, path: string, options?: ExceptionOptions) {
    super(`There is no ${method} ${path} here. Check the path against the API reference.`, {
      ...options,
      data: { method, path },
    })
  }
}

/** Something is at this path, and it takes other methods. */
export class MethodNotAllowedException extends BadClientRequestException<{
  method: string
  path: string
  allow: readonly string[]
}> {
  static override readonly status: number = 405

  constructor(method: string, path: string, allow: readonly string[], options?: ExceptionOptions) {
    super(`${path} does not take ${method}. It takes ${allow.join(', ')}.`, {
      ...options,
      data: { method, path, allow },
    })
  }
}

/** The body claims to be JSON and isn't. */
export class MalformedJsonException extends BadClientRequestException {
  /** @param reason what is wrong, without a word of the body itself: it may hold secrets */
  constructor(reason: string, options?: ExceptionOptions) {
    super(`The body is not valid JSON: ${reason}.`, options)
  }
}

/** The body claims to be JSON and nothing is there. */
export class EmptyBodyException extends BadClientRequestException {
  constructor(options?: ExceptionOptions) {
    super('The body is empty. Send a JSON value, or leave out the content-type header.', options)
  }
}

/** The body ended before its announced length. */
export class TruncatedBodyException extends BadClientRequestException {
  constructor(options?: ExceptionOptions) {
    super('The body ended before its announced length. Send the whole of it.', options)
  }
}

/** The body is larger than the operation takes. */
export class PayloadTooLargeException extends BadClientRequestException<{ limitBytes: number }> {
  static override readonly status: number = 413

  constructor(limitBytes: number, options?: ExceptionOptions) {
    super(`The body is larger than the ${limitBytes} bytes that are taken here. Send less at once.`, {
      ...options,
      data: { limitBytes },
    })
  }
}

/** The body is in a format that the operation does not read. */
export class UnsupportedMediaTypeException extends BadClientRequestException<{ mediaType: string }> {
  static override readonly status: number = 415

  constructor(mediaType: string, options?: ExceptionOptions) {
    const named = mediaType === '' ? 'A body without a content-type' : `A body of type ${mediaType}`
    super(`${named} is not read here. Send JSON with content-type: application/json.`, {
      ...options,
      data: { mediaType },
    })
  }
}

/** The path can't be decoded. */
export class MalformedUrlException extends BadClientRequestException<{ path: string }> {
  constructor(path: string, options?: ExceptionOptions) {
    super(`The path ${path} can not be decoded. Write a literal % as %25.`, { ...options, data: { path } })
  }
}

/** A part of the path is longer than any id is. */
export class ParameterTooLongException extends BadClientRequestException<{ path: string }> {
  static override readonly status: number = 414

  constructor(path: string, options?: ExceptionOptions) {
    super(`A part of the path ${path} is longer than any id is. Check how the path is put together.`, {
      ...options,
      data: { path },
    })
  }
}

/** The request did not arrive in whole within the time that it is given. */
export class RequestTimeoutException extends BadClientRequestException {
  static override readonly status: number = 408

  constructor(options?: ExceptionOptions) {
    super('The request did not arrive in whole in time. Send it again, faster.', options)
  }

  protected override get defaultRetry(): RetrySafety {
    return 'unknown'
  }
}

/** The client went away before its answer. Nobody receives the status: it is for statistics and log. */
export class ClientDisconnectedException extends BadClientRequestException {
  static override readonly status: number = 499

  constructor(options?: ExceptionOptions) {
    super('The client closed the connection before the answer was written.', options)
  }

  protected override get defaultRetry(): RetrySafety {
    return 'unknown'
  }
}

/** The bytes on the connection are not a request of HTTP. */
export class MalformedRequestException extends BadClientRequestException {
  constructor(reason: string, options?: ExceptionOptions) {
    super(`This is not a request of HTTP/1.1: ${reason}.`, options)
  }
}

/** The headers are larger than the server takes. */
export class HeadersTooLargeException extends BadClientRequestException {
  static override readonly status: number = 431

  constructor(options?: ExceptionOptions) {
    super(
      'The headers of the request are too large. Send fewer or shorter ones; cookies are the usual cause.',
      options,
    )
  }
}

/** A request of HTTP/1.1 without a host header. */
export class MissingHostException extends BadClientRequestException {
  constructor(options?: ExceptionOptions) {
    super('The host header is missing. HTTP/1.1 demands one.', options)
  }
}

/** An `expect` header that asks for something other than 100-continue. */
export class ExpectationFailedException extends BadClientRequestException<{ expect: string }> {
  static override readonly status: number = 417

  constructor(expect: string, options?: ExceptionOptions) {
    super(`The expectation "${expect}" is unknown here. Leave the expect header out, or send 100-continue.`, {
      ...options,
      data: { expect },
    })
  }
}

/** A handler answered with something that can't be written: a bug of ours, found after the work was done. */
export class ResponseNotSerializableException extends InternalException {
  constructor(operation: string, options?: ExceptionOptions) {
    super(`What the handler of ${operation} answered can not be serialized.`, options)
  }

  protected override get defaultRetry(): RetrySafety {
    return 'unknown'
  }
}

/** The answer had begun and broke off: the client sees a cut connection, whatever status it had read. */
export class ResponseInterruptedException extends InternalException {
  constructor(operation: string, options?: ExceptionOptions) {
    super(`The answer of ${operation} broke off after it had begun.`, options)
  }

  protected override get defaultRetry(): RetrySafety {
    return 'unknown'
  }
}

/** The framework wrote an answer that never passed the chain, so nobody knows what it stands for. */
export class UnseenAnswerException extends InternalException {
  constructor(status: number, options?: ExceptionOptions) {
    super(
      `The framework answered ${status} past the chain. Create the app with Fastify({ ...evenkeelFastifyOptions() }).`,
      options,
    )
  }
}

/** A filter called the service a second time for the same request, whose body and answer exist only once. */
export class HandledTwiceException extends InternalException {
  constructor(operation: string, options?: ExceptionOptions) {
    super(
      `A filter handed ${operation} on twice. On the server's side a filter may call next once: repeat the calls inside instead.`,
      options,
    )
  }
}
