import type { Exception } from '../exceptions/exception.ts'
import type { ExceptionRebuilder, WireException } from '../exceptions/index.ts'
import * as exceptions from '../exceptions/index.ts'
import { parseIdentity, txHeader } from '../http/identity-headers.ts'
import { parseProblem } from '../http/problem.ts'
import {
  type Called,
  RemoteFailedException,
  RemoteUnavailableException,
  UnexpectedStatusException,
} from './exceptions.ts'

/** An answer as far as it tells of an exception. */
export interface RemoteAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/**
 * The exception that an answer stands for, or undefined for a success. One of ours is rebuilt as its own class,
 * from the body or, where that is in a form of the service's own, from the headers; any other service's error
 * becomes the class that its status comes nearest to.
 */
export function remoteException(
  called: Called,
  answer: RemoteAnswer,
  rebuilder: ExceptionRebuilder,
): Exception | undefined {
  const wire = wireOf(called, answer)
  if (wire !== undefined) return rebuilder.rebuild(wire)
  const { status, headers } = answer
  if (status >= 200 && status <= 299) return undefined
  if (status >= 400 && status <= 499) return rebuilder.rebuild(foreignClientFault(called, status, headers))
  const retryAfterMs = retryAfterMsOf(headers)
  const options = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (status === 503) return new RemoteUnavailableException(called, status, options)
  if (status >= 500) return new RemoteFailedException(called, status, options)
  return new UnexpectedStatusException(called, status)
}

function wireOf(
  { service, operation }: Called,
  { status, headers, body }: RemoteAnswer,
): WireException | undefined {
  const identity = parseIdentity(headers)
  // A success without an identity may well be about problems: a document like any other.
  if (identity === undefined && status < 400) return undefined
  const problem = parseProblem(body)
  if (problem !== undefined) return problem
  return (
    identity && {
      type: `urn:evenkeel:${service}:${identity.className}`,
      category: identity.category,
      message: `${service} answered ${operation} with ${status} ${identity.className}.`,
      data: {},
      retry: 'unknown',
      retryAfterMs: retryAfterMsOf(headers),
      txId: headers.get(txHeader) ?? undefined,
      ancestors: [],
    }
  )
}

/** What another service says we did wrong: of category `client`, and not of our making, so that at our edge it is our failure. */
function foreignClientFault({ service, operation }: Called, status: number, headers: Headers): WireException {
  const { name } = clientFaults.get(status) ?? exceptions.BadClientRequestException
  return {
    type: `urn:evenkeel:${service}:${name}`,
    category: 'client',
    message: `${service} answered ${operation} with ${status}.`,
    data: { status },
    retry: status === 429 ? 'safe' : 'unsafe',
    retryAfterMs: retryAfterMsOf(headers),
    txId: undefined,
    ancestors: [],
  }
}

const clientFaults = new Map([
  [401, exceptions.AuthenticationException],
  [403, exceptions.AuthorizationException],
  [404, exceptions.NotFoundException],
  [409, exceptions.ConflictException],
  [429, exceptions.TooManyRequestsException],
])

/** The header's form in seconds; its other form, a date, would trust the remote's clock. */
function retryAfterMsOf(headers: Headers): number | undefined {
  const header = headers.get('retry-after') ?? ''
  return /^\d{1,8}$/.test(header) ? Number(header) * 1000 : undefined
}
