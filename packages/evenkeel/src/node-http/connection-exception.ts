import type { Exception } from '../exceptions/exception.ts'
import {
  HeadersTooLargeException,
  MalformedRequestException,
  RequestTimeoutException,
  TruncatedBodyException,
} from '../http/exceptions.ts'

/** What the server's parser says of a connection. */
export interface ConnectionError extends Error {
  readonly code?: string
  /** The parser's own words. */
  readonly reason?: string
}

/** What the parser met, in the body of a request or before there was one, as an exception. */
export function connectionException(error: ConnectionError, within: 'body' | 'head'): Exception {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutException({ cause: error })
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLargeException({ cause: error })
    case 'HPE_INVALID_EOF_STATE':
      return within === 'body'
        ? new TruncatedBodyException({ cause: error })
        : new MalformedRequestException('it ends before its headers do', { cause: error })
    default:
      return new MalformedRequestException(error.reason ?? 'it can not be parsed', { cause: error })
  }
}
