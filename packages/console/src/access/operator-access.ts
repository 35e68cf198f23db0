import type { ServerResponse } from 'node:http'
import { activeTx } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { NotAnOperatorException, WrongOperatorTokenException } from './exceptions.ts'
import { refuseForeignPage } from './foreign-page.ts'
import type { Operator, Operators } from './operators.ts'
import {
  type ClosedSessions,
  cookieNamed,
  newSessionId,
  openSession,
  type Session,
  sealSession,
  sessionCookie,
  sessionMs,
} from './session.ts'

export interface OperatorAccessOptions {
  operators: Operators
  closedSessions: ClosedSessions
  sessionKey: Uint8Array
  /** The path that the session's cookie is sent to. */
  cookiePath: string
  /** Where a request found the console, such as `https://panel.example.com`. */
  originOf(request: FastifyRequest): string
  /** The clock, in milliseconds since 1970. */
  now: () => number
  /** How often whoever reads an event stream is looked at again, in milliseconds. @default 1000 */
  lookAgainMs?: number
}

/** Who may use the console: the holder of an operator token, or of the session that one has opened. */
export class OperatorAccess {
  readonly #options: Required<OperatorAccessOptions>
  /** Whose the requests are that were let through. */
  readonly #names = new WeakMap<FastifyRequest, string>()
  /** The event streams that are open, each with the request that it answers. */
  readonly #streams = new Map<ServerResponse, FastifyRequest>()
  #timer: NodeJS.Timeout | undefined

  constructor({ lookAgainMs = 1000, ...options }: OperatorAccessOptions) {
    this.#options = { ...options, lookAgainMs }
  }

  /** Refuses every request to `scope` that doesn't come from an operator, and ends event streams whose readers are none any more. */
  guard(scope: FastifyInstance): void {
    scope.addHook('onRequest', async (request, reply) => {
      const operator = await this.#operatorOf(request)
      if (operator === undefined) {
        reply.header('www-authenticate', 'Bearer')
        throw new NotAnOperatorException()
      }
      const { name } = operator
      this.#names.set(request, name)
      const tx = activeTx()
      if (tx !== undefined) tx.principal ??= name === nameless ? nameless : `operator:${name}`
      this.#watch(request, reply.raw, scope)
    })
  }

  /** What the operator is called whose request was let through. */
  nameOf(request: FastifyRequest): string {
    return this.#names.get(request) ?? nameless
  }

  /** Adds the routes that open and close a session. They stand outside the guard. */
  addSessionRoutes(scope: FastifyInstance): void {
    const { operators, closedSessions, sessionKey, now, originOf } = this.#options
    scope.addHook('onRequest', async request => refuseForeignPage(request, originOf(request)))

    scope.post('/session', { bodyLimit: credentialsBytesMax }, async (request, reply) => {
      const { token } = parseOrRefuse(Credentials, request.body)
      const operator = await operators.withToken(token)
      if (operator === undefined) throw new WrongOperatorTokenException()
      const session = { id: newSessionId(), endsAtMs: now() + sessionMs, operatorId: operator.id }
      return reply
        .header('set-cookie', this.#cookie(request, sealSession(session, sessionKey), sessionMs / 1000))
        .code(204)
        .send()
    })

    scope.delete('/session', async (request, reply) => {
      const session = this.#sealedIn(request)
      if (session !== undefined) await closedSessions.close(session)
      return reply
        .header('set-cookie', this.#cookie(request, '', 0))
        .code(204)
        .send()
    })
  }

  /** Whether the request carries an open session. */
  async hasSession(request: FastifyRequest): Promise<boolean> {
    return (await this.#operatorWithSession(request)) !== undefined
  }

  /** The operator whose request it is; undefined if it isn't one's. */
  async #operatorOf(request: FastifyRequest): Promise<Operator | undefined> {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    // A token that is sent decides: a script with a wrong one must not pass on a browser's cookie.
    if (token !== undefined) return this.#named(await this.#options.operators.withToken(token))
    refuseForeignPage(request, this.#options.originOf(request))
    return this.#operatorWithSession(request)
  }

  async #operatorWithSession(request: FastifyRequest): Promise<Operator | undefined> {
    const session = this.#sealedIn(request)
    if (session === undefined) return undefined
    const { operators, closedSessions } = this.#options
    const operator = await operators.withId(session.operatorId)
    if (operator === undefined || (await closedSessions.isClosed(session.id))) return undefined
    return this.#named(operator)
  }

  /** The session in the request's cookie, if it has not ended by itself. */
  #sealedIn({ headers }: FastifyRequest): Session | undefined {
    const sealed = cookieNamed(sessionCookie, headers.cookie)
    return sealed === undefined
      ? undefined
      : openSession(sealed, this.#options.sessionKey, this.#options.now())
  }

  #named(operator: Operator | undefined): Operator | undefined {
    return operator && { ...operator, name: operator.name || nameless }
  }

  /** Every answer that becomes an event stream, so that no route can forget it. */
  #watch(request: FastifyRequest, response: ServerResponse, scope: FastifyInstance): void {
    if (request.method !== 'GET') return
    this.#streams.set(response, request)
    response.once('close', () => this.#forget(response))
    this.#timer ??= setInterval(() => void this.#lookAgain(scope), this.#options.lookAgainMs).unref()
  }

  async #lookAgain(scope: FastifyInstance): Promise<void> {
    for (const [response, request] of this.#streams) {
      if (!isEventStream(response)) continue
      try {
        if ((await this.#operatorOf(request)) === undefined) response.destroy()
      } catch (error) {
        // Its client comes back at once, and its request then meets the failure where it is counted and answered.
        response.destroy()
        scope.log.error({ err: error }, 'Whether a stream may go on could not be found out; it was ended.')
      }
    }
  }

  #forget(response: ServerResponse): void {
    this.#streams.delete(response)
    if (this.#streams.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #cookie(request: FastifyRequest, value: string, maxAgeSeconds: number): string {
    const { cookiePath, originOf } = this.#options
    const secure = originOf(request).startsWith('https:') ? '; Secure' : ''
    const attributes = `HttpOnly; SameSite=Strict; Path=${cookiePath}; Max-Age=${maxAgeSeconds}`
    return `${sessionCookie}=${value}; ${attributes}${secure}`
  }
}

function isEventStream(response: ServerResponse): boolean {
  return response.headersSent && /^text\/event-stream\b/.test(String(response.getHeader('content-type')))
}

/** What an operator is called whose token has no name. */
const nameless = 'operator'

/** All that somebody may send who is nobody yet. */
const credentialsBytesMax = 4096

const Credentials = z.strictObject(
  { token: z.string({ error: 'must be the token of an operator, as text.' }).min(1, 'must not be empty.') },
  { error: 'must be a JSON object with the field "token".' },
)
