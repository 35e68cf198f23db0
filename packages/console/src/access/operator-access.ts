import { activeTx } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { NotAnOperatorException, WrongOperatorTokenException } from './exceptions.ts'
import { cookieNamed, operatorIn, sealSession, sessionCookie, sessionMs } from './session.ts'

export interface OperatorAccessOptions {
  isOperator(token: string): Promise<boolean>
  nameOf(token: string): Promise<string | undefined>
  sessionKey: Uint8Array
  /** The path that the session's cookie is sent to. */
  cookiePath: string
  /** The clock, in milliseconds since 1970. */
  now: () => number
}

/** Who may use the console: the holder of an operator token, or of the session that one has opened. */
export class OperatorAccess {
  readonly #options: OperatorAccessOptions
  /** Whose the requests are that were let through. */
  readonly #names = new WeakMap<FastifyRequest, string>()

  constructor(options: OperatorAccessOptions) {
    this.#options = options
  }

  /** Refuses every request to `scope` that doesn't come from an operator. */
  guard(scope: FastifyInstance): void {
    scope.addHook('onRequest', async (request, reply) => {
      const name = await this.#operatorOf(request)
      if (name === undefined) {
        reply.header('www-authenticate', 'Bearer')
        throw new NotAnOperatorException()
      }
      this.#names.set(request, name)
      const tx = activeTx()
      if (tx !== undefined) tx.principal ??= name === nameless ? nameless : `operator:${name}`
    })
  }

  /** What the operator is called whose request was let through. */
  nameOf(request: FastifyRequest): string {
    return this.#names.get(request) ?? nameless
  }

  /** Adds the routes that open and close a session. They stand outside the guard. */
  addSessionRoutes(scope: FastifyInstance): void {
    scope.post('/session', async (request, reply) => {
      const { token } = parseOrRefuse(Credentials, request.body)
      if (!(await this.#options.isOperator(token))) throw new WrongOperatorTokenException()
      const endsAtMs = this.#options.now() + sessionMs
      const session = sealSession({ endsAtMs, name: await this.#nameOf(token) }, this.#options.sessionKey)
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
    return this.#sessionOf(request) !== undefined
  }

  /** The name of the operator whose request it is; undefined if it isn't one's. */
  async #operatorOf(request: FastifyRequest): Promise<string | undefined> {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    // A token that is sent decides: a script with a wrong one must not pass on a browser's cookie.
    if (token === undefined) return this.#sessionOf(request)
    return (await this.#options.isOperator(token)) ? this.#nameOf(token) : undefined
  }

  #sessionOf(request: FastifyRequest): string | undefined {
    const session = cookieNamed(sessionCookie, request.headers.cookie)
    return session && operatorIn(session, this.#options.sessionKey, this.#options.now())
  }

  async #nameOf(token: string): Promise<string> {
    return (await this.#options.nameOf(token)) || nameless
  }

  #cookie(request: FastifyRequest, value: string, maxAgeSeconds: number): string {
    const secure = request.protocol === 'https' ? '; Secure' : ''
    const attributes = `HttpOnly; SameSite=Strict; Path=${this.#options.cookiePath}; Max-Age=${maxAgeSeconds}`
    return `${sessionCookie}=${value}; ${attributes}${secure}`
  }
}

/** What an operator is called whose token has no name. */
const nameless = 'operator'

const Credentials = z.strictObject(
  { token: z.string({ error: 'must be the token of an operator, as text.' }).min(1, 'must not be empty.') },
  { error: 'must be a JSON object with the field "token".' },
)
