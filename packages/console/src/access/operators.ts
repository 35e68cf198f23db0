import { hash, timingSafeEqual } from 'node:crypto'

/** Somebody who may use the console. */
export interface Operator {
  /** Of their token, and no secret: a session stands for it, and is over when the token is. */
  readonly id: string
  /** What they are called, in the log and beside what they did to actions. */
  readonly name: string
}

/** Who may use the console. Asked with every request, and again and again for open streams, so that what is revoked is revoked at once. */
export interface Operators {
  /**
   * Whose token this is; undefined if it is no operator's. How long it takes must tell nothing of other tokens: compare
   * in constant time, or look tokens of at least 128 random bits up by a hash.
   */
  withToken(token: string): Promise<Operator | undefined>
  /** The operator whose token has this id; undefined once it was revoked. */
  withId(id: string): Promise<Operator | undefined>
}

/**
 * Operators whose tokens never change while the process runs, by their names.
 *
 * @example
 * await mountConsole(app, { stats, log, actions, sessionKey, operators: fixedOperators({ ada: process.env.TOKEN }) })
 */
export function fixedOperators(tokens: Readonly<Record<string, string>>): Operators {
  const known = Object.entries(tokens).map(([name, token]) => ({
    operator: { id: digestOf(token).toString('base64url').slice(0, 16), name },
    digest: digestOf(token),
  }))
  return {
    async withToken(token) {
      const given = digestOf(token)
      return known.find(({ digest }) => timingSafeEqual(digest, given))?.operator
    },
    withId: async id => known.find(({ operator }) => operator.id === id)?.operator,
  }
}

/** Of one length whatever is guessed, so that comparing takes the same time. */
function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
