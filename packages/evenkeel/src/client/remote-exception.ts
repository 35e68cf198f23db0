import type { Exception } from '../exceptions/exception.ts'
import type { ExceptionRebuilder, Json, PublicData, WireException } from '../exceptions/index.ts'
import * as exceptions from '../exceptions/index.ts'
import { withHops } from '../exceptions/index.ts'
import { hopsHeader, parseHops } from '../http/hops-header.ts'
import { parseIdentity, txHeader } from '../http/identity-headers.ts'
import { parseProblem } from '../http/problem.ts'
import { jsonOf } from './answer-body.ts'
import { type AnswerRow, type AnswerTable, fieldOf, rowOf } from './answer-table.ts'
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
 * is what the table says, or else the class that its status comes nearest to.
 */
export function remoteException(
  called: Called,
  answer: RemoteAnswer,
  { rebuilder, table }: { rebuilder: ExceptionRebuilder; table: AnswerTable },
): Exception | undefined {
  const wire = wireOf(called, answer) ?? tableFault(called, answer, table)
  if (wire !== undefined) {
    return withHops(rebuilder.rebuild(wire), parseHops(answer.headers.get(hopsHeader)))
  }
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

/** What a service that answers with codes means by its answer, as far as its table says. */
function tableFault(called: Called, answer: RemoteAnswer, table: AnswerTable): WireException | undefined {
  if (table.length === 0) return undefined
  const body = jsonOf(answer)
  const row = rowOf(table, answer.status, body)
  if (row === undefined) return undefined
  const { category } = row.exception.prototype as Exception
  return {
    type: `urn:evenkeel:${called.service}:${row.exception.name}`,
    category,
    message: row.message ?? messageOf(called, answer.status, row, body),
    data: row.data?.(body ?? null) ?? dataOf(answer.status, row, body),
    // It says nothing of that: what is the caller's to change finds the same again, all else may have taken effect.
    retry: category === 'dependency' ? 'unknown' : 'unsafe',
    retryAfterMs: retryAfterMsOf(answer.headers),
    txId: undefined,
    ancestors: [],
  }
}

function messageOf(
  { service, operation }: Called,
  status: number,
  { field }: AnswerRow,
  body: Json | undefined,
): string {
  const found = field === undefined ? '' : ` and ${field} ${JSON.stringify(fieldOf(body, field))}`
  return `${service} answered ${operation} with ${status}${found}.`
}

function dataOf(status: number, { field }: AnswerRow, body: Json | undefined): PublicData {
  return field === undefined ? { status } : { status, [field]: fieldOf(body, field) ?? null }
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
