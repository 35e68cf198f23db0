import {
  BadGatewayException,
  DependencyException,
  type ExceptionOptions,
  GatewayTimeoutException,
  type RetrySafety,
  ServiceUnavailableException,
} from '../exceptions/index.ts'

/** Which service was called, and for what. */
export type Called = { service: string; operation: string }

/** Nothing listens where the service should be. The call was never sent. */
export class ConnectionRefusedException extends ServiceUnavailableException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(`${called.service} refuses connections: ${called.operation} was not sent. Is it running?`, {
      ...options,
      data: called,
    })
  }

  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** The service's host name has no address. The call was never sent. */
export class HostNotFoundException extends ServiceUnavailableException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(
      `The host of ${called.service} has no address: ${called.operation} was not sent. Check its base URL and the DNS.`,
      { ...options, data: called },
    )
  }

  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** No connection came about: no route, or no answer to the first packets. The call was never sent. */
export class HostUnreachableException extends ServiceUnavailableException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(
      `${called.service} can not be reached: ${called.operation} was not sent. Check the network between us.`,
      {
        ...options,
        data: called,
      },
    )
  }

  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** The two sides did not agree on an encrypted connection. The call was never sent. */
export class TlsFailedException extends ServiceUnavailableException<Called> {
  constructor(called: Called, reason: string, options?: ExceptionOptions) {
    super(
      `The encrypted connection to ${called.service} failed (${reason}): ${called.operation} was not sent. Check its certificate.`,
      { ...options, data: called },
    )
  }

  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** The connection broke before the answer was complete: whether the call took effect is unknown. */
export class ConnectionLostException extends ServiceUnavailableException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(
      `The connection to ${called.service} broke during ${called.operation}: whether it took effect is unknown.`,
      { ...options, data: called },
    )
  }
}

/** No complete answer came in time: whether the call took effect is unknown. */
export class CallTimedOutException extends GatewayTimeoutException<Called & { timeoutMs: number }> {
  constructor(called: Called, timeoutMs: number, options?: ExceptionOptions) {
    super(
      `${called.service} did not answer ${called.operation} within ${timeoutMs} ms: whether it took effect is unknown.`,
      { ...options, data: { ...called, timeoutMs } },
    )
  }
}

/** Our own caller's time was used up before the call. It was never sent. */
export class DeadlinePassedException extends GatewayTimeoutException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(`The time for this request is used up: ${called.operation} of ${called.service} was not sent.`, {
      ...options,
      data: called,
    })
  }

  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** The code that called lost interest in the answer: whether the call took effect is unknown. */
export class CallAbortedException extends DependencyException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(
      `${called.operation} of ${called.service} was aborted on our side: whether it took effect is unknown.`,
      { ...options, data: called },
    )
  }
}

/** The call failed on its way in a manner that has no name here. Its cause says more. */
export class CallFailedException extends ServiceUnavailableException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(`${called.operation} of ${called.service} failed on its way: whether it took effect is unknown.`, {
      ...options,
      data: called,
    })
  }
}

/** What came back is no answer of HTTP. Another protocol is spoken there, or a proxy is broken. */
export class NotHttpException extends BadGatewayException<Called> {
  constructor(called: Called, options?: ExceptionOptions) {
    super(
      `${called.service} answered ${called.operation} with what is not HTTP: whether it took effect is unknown. Check host and port of its base URL.`,
      { ...options, data: called },
    )
  }
}

/** The answer is larger than the client reads. The call did take effect, as far as anyone can tell. */
export class AnswerTooLargeException extends BadGatewayException<Called & { bytesMax: number }> {
  constructor(called: Called, bytesMax: number, options?: ExceptionOptions) {
    super(
      `${called.service} answered ${called.operation} with more than the ${bytesMax} bytes that are read. Ask for less at once, or raise answerBytesMax.`,
      { ...options, data: { ...called, bytesMax } },
    )
  }
}

/** The body is not what its headers say: JSON that isn't, or compressed data that is damaged. The call did take effect, as far as its status tells. */
export class MalformedAnswerException extends BadGatewayException<Called & { status: number }> {
  constructor(called: Called, status: number, options?: ExceptionOptions) {
    super(
      `${called.service} answered ${called.operation} with ${status} and a body that is not what its headers say.`,
      { ...options, data: { ...called, status } },
    )
  }
}

/** The body is well-formed and not what the call asked for: the two services have another API in mind. */
export class UnexpectedAnswerException extends BadGatewayException<Called & { status: number }> {
  constructor(called: Called, status: number, options?: ExceptionOptions) {
    super(
      `${called.service} answered ${called.operation} with ${status} and a body that is not what was asked for. Compare the versions of the two.`,
      { ...options, data: { ...called, status } },
    )
  }
}

/** A status that answers no question that was asked: a redirect, most of the time. */
export class UnexpectedStatusException extends BadGatewayException<Called & { status: number }> {
  constructor(called: Called, status: number, options?: ExceptionOptions) {
    super(
      `${called.service} answered ${called.operation} with ${status}, which is neither an answer nor an error. Check its base URL.`,
      { ...options, data: { ...called, status } },
    )
  }
}

/** A service that doesn't speak of exceptions answered that it failed: whether the call took effect is unknown. */
export class RemoteFailedException extends BadGatewayException<Called & { status: number }> {
  constructor(called: Called, status: number, options?: ExceptionOptions) {
    super(
      `${called.service} failed at ${called.operation} with ${status}: whether it took effect is unknown.`,
      { ...options, data: { ...called, status } },
    )
  }
}

/** A service that doesn't speak of exceptions answered that it can't serve now. */
export class RemoteUnavailableException extends ServiceUnavailableException<Called & { status: number }> {
  constructor(called: Called, status: number, options?: ExceptionOptions) {
    super(`${called.service} can not serve ${called.operation} now (${status}).`, {
      ...options,
      data: { ...called, status },
    })
  }
}
