import { Exception } from '../exceptions/exception.ts'
import {
  type Called,
  CallFailedException,
  ConnectionLostException,
  ConnectionRefusedException,
  HostNotFoundException,
  HostUnreachableException,
  TlsFailedException,
} from './exceptions.ts'

/** What became of a call that brought no answer, by the code of what fetch was stopped by. */
export function callFailure(called: Called, thrown: unknown): Exception {
  if (thrown instanceof Exception) return thrown // our own reason for an abort
  const options = { cause: thrown }
  const code = codeOf(thrown)
  switch (code) {
    case 'ECONNREFUSED':
      return new ConnectionRefusedException(called, options)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new HostNotFoundException(called, options)
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new HostUnreachableException(called, options)
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ETIMEDOUT':
    case 'UND_ERR_SOCKET':
      return new ConnectionLostException(called, options)
    default:
      return code !== undefined && isOfTls(code)
        ? new TlsFailedException(called, code, options)
        : new CallFailedException(called, options)
  }
}

/** The first code on the way down the chain of causes: fetch wraps what the network says. */
function codeOf(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code
  }
  return undefined
}

/** OpenSSL's names for what is wrong with a certificate have no common form. */
function isOfTls(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/.test(code)
}
