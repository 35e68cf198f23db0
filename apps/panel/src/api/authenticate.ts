import { AuthenticationException, AuthorizationException, currentTx, InternalException } from 'evenkeel'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bearerToken, hashOfToken } from '../accounts/token.ts'
import type { Records } from '../records/database.ts'
import { findToken } from '../records/tokens.ts'
import { readingMethods } from './reading-methods.ts'

/** On whose behalf a request is made: a token stands for one project. */
export interface Caller {
  readonly projectId: string
  readonly defaultZone: string
  readonly tokenId: string
  readonly tokenName: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where no token is asked for. */
    caller: Caller | null
  }
}

/** The request carries no token. */
export class TokenRequiredException extends AuthenticationException {
  constructor() {
    super('Authentication credentials were not provided. Send the header Authorization: Bearer <token>.')
  }
}

/** Nobody has this token, or it was revoked. */
export class UnknownTokenException extends AuthenticationException {
  constructor() {
    super('Invalid token. It may have been revoked or replaced: make a new one.')
  }
}

/** The token may only look. */
export class ReadOnlyTokenException extends AuthorizationException<{ token: string; method: string }> {
  constructor(token: string, method: string) {
    super(
      `The token "${token}" is read-only, and ${method} would change something. Use a token that may write.`,
      {
        data: { token, method },
      },
    )
  }
}

/**
 * A hook that finds out who calls, and lets a read-only token do nothing but read.
 *
 * @throws {TokenRequiredException} no token was sent
 * @throws {UnknownTokenException} nobody has this token
 * @throws {ReadOnlyTokenException} the token may only read
 */
export function authenticate(
  records: Records,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    if (request.method === 'OPTIONS') return // Browsers ask without a token what they may send.
    // Demanded with every 401 (RFC 9110, 11.6.1); taken back once the token is known.
    reply.header('www-authenticate', 'Bearer')
    const token = await tokenOf(request, records)
    if (token === undefined) throw new UnknownTokenException()
    reply.removeHeader('www-authenticate')

    currentTx().principal = `project:${token.projectId}/token:${token.name}`
    if (token.isReadOnly && !readingMethods.has(request.method)) {
      throw new ReadOnlyTokenException(token.name, request.method)
    }
    const { projectId, defaultZone, id: tokenId, name: tokenName } = token
    request.caller = { projectId, defaultZone, tokenId, tokenName }
  }
}

/** Who calls, on a route behind `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null)
    throw new InternalException(`${request.routeOptions.url} is not behind authenticate.`)
  return request.caller
}

/** Whether the token of a request that was let through still stands for the same project: asked for streams, which outlive their request. */
export async function isStillCaller(request: FastifyRequest, records: Records): Promise<boolean> {
  return (await tokenOf(request, records))?.projectId === callerOf(request).projectId
}

/** The record of the token that a request carries. @throws {TokenRequiredException} it carries none */
async function tokenOf({ headers }: FastifyRequest, records: Records) {
  const token = bearerToken(headers.authorization)
  if (token === undefined) throw new TokenRequiredException()
  return findToken(records.read, hashOfToken(token))
}
