import { activeTx } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { NotAnOperatorException, WrongOperatorTokenException } from './exceptions.ts'
import { cookieNamed, isSessionOpen, sealSession, sessionCookie, sessionMs } from './session.ts'

export interface OperatorAccessOptions {
  isOperator(token: string): Promise<boolean>
  sessionKey: Uint8Array
  /** The path that the session's cookie is sent to. */
  cookiePath: string
  /** The clock, in milliseconds since 1970. */
  now: () => number
}

/** Who may use the console: the holder of an operator token, or of the session that one has opened. */
export class OperatorAccess {
  readonly #options: OperatorAccessOptions

  constructor(options: OperatorAccessOptions) {
    this.#options = options
  }

  /** Refuses every request to `scope` that doesn't come from an operator. */
  guard(scope: FastifyInstance): void {
    scope.addHook('onRequest', async (request, reply) => {
      if (!(await this.#isFromOperator(request))) {
        reply.header('www-authenticate', 'Bearer')
        throw new NotAnOperatorException()
      }
      const tx = activeTx()
      if (tx !== undefined) tx.principal ??= 'operator'
    })
  }

  /** Adds the routes that open and close a session. They stand outside the guard. */
  addSessionRoutes(scope: FastifyInstance): void {
    scope.post('/session', async (request, reply) => {
      const { token } = parseOrRefuse(Credentials, request.body)
      if (!(await this.#options.isOperator(token))) throw new WrongOperatorTokenException()
      const session = sealSession(this.#options.now() + sessionMs, this.#options.sessionKey)
      return reply
        .header('set-cookie', this.#cookie(request, session, sessionMs / 1000))
        .code(204)
        .send()
    })

    scope.delete('/session', async (request, reply) =>
      reply
        .header('set-cookie', this.#cookie(request, '', 0))
        .code(204)
        .send(),
    )
  }

  /** Whether the request carries an open session. */
  hasSession(request: FastifyRequest): boolean {
    const session = cookieNamed(sessionCookie, request.headers.cookie)
    return session !== undefined && isSessionOpen(session, this.#options.sessionKey, this.#options.now())
  }

  async #isFromOperator(request: FastifyRequest): Promise<boolean> {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    // A token that is sent decides: a script with a wrong one must not pass on a browser's cookie.
    return token === undefined ? this.hasSession(request) : this.#options.isOperator(token)
  }

  #cookie(request: FastifyRequest, value: string, maxAgeSeconds: number): string {
    const secure = request.protocol === 'https' ? '; Secure' : ''
    const attributes = `HttpOnly; SameSite=Strict; Path=${this.#options.cookiePath}; Max-Age=${maxAgeSeconds}`
    return `${sessionCookie}=${value}; ${attributes}${secure}`
  }
}

const Credentials = z.strictObject(
  { token: z.string({ error: 'must be the token of an operator, as text.' }).min(1, 'must not be empty.') },
  { error: 'must be a JSON object with the field "token".' },
)
