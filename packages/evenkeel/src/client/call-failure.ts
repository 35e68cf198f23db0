import { Exception } from '../exceptions/exception.ts'
import {
  AnswerTooLargeException,
  type Called,
  CallFailedException,
  CallTimedOutException,
  ConnectionLostException,
  ConnectionRefusedException,
  HostNotFoundException,
  HostUnreachableException,
  MalformedAnswerException,
  NotHttpException,
  TlsFailedException,
} from './exceptions.ts'

/**
 * What became of a call that brought no whole answer, by the code of what fetch was stopped by.
 *
 * @param status the answer's, if that much of it had come
 */
export function callFailure(called: Called, thrown: unknown, status: number | undefined): Exception {
  if (thrown instanceof Exception) return thrown // our own reason for an abort
  const options = { cause: thrown }
  const code = codeOf(thrown)
  if (status !== undefined && code !== undefined && isOfCompression(code)) {
    return new MalformedAnswerException(called, status, options)
  }
  switch (code) {
    case 'ECONNREFUSED':
      return new ConnectionRefusedException(called, options)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new HostNotFoundException(called, options)
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new HostUnreachableException(called, options)
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'ETIMEDOUT':
    case 'UND_ERR_SOCKET':
      return new ConnectionLostException(called, options)
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return new NotHttpException(called, options)
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new AnswerTooLargeException(called, headerBytesMax, options)
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return new CallTimedOutException(called, silenceMsMax, options)
    default:
      if (code?.startsWith(parserCode)) return new NotHttpException(called, options)
      return code !== undefined && isOfTls(code)
        ? new TlsFailedException(called, code, options)
        : new CallFailedException(called, options)
  }
}

/** What the fetch of Node reads of headers, and how long it waits in silence, whatever the call's own limits are. */
const headerBytesMax = 16 * 1024
const silenceMsMax = 300_000

/** The first code on the way down the chain of causes: fetch wraps what the network says. */
function codeOf(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code
    // The parser gives most of what it refuses no code, only its own name.
    if (error.name === 'HTTPParserError') return parserCode
  }
  return undefined
}

const parserCode = 'HPE_'

/** OpenSSL's names for what is wrong with a certificate have no common form. */
function isOfTls(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_(CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|EPROTO)/.test(
    code,
  )
}

/** What zlib, brotli and zstd call damaged data. */
function isOfCompression(code: string): boolean {
  return /^(Z_|ERR__ERROR_FORMAT|ERR_BROTLI|ERR_ZSTD|ZSTD_)/.test(code)
}
