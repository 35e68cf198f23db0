import { hash, randomBytes } from 'node:crypto'

/** A new token: 256 bits of chance, in letters that every client takes (`[a-zA-Z0-9-._]`). */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What is kept of a token, and what it is looked up by: every comparison of tokens, customers' and operators', is one of
 * these in an index. A plain hash is enough, unlike for passwords: nobody guesses 256 bits, and who sets a token by
 * environment chooses how hard it is to guess.
 *
 * A lookup takes longer the more of a hash is right, and yet tells nothing of use: who times it learns about the hash, which
 * nobody can turn back into a token.
 */
export function hashOfToken(token: string): string {
  return hash('sha256', token, 'hex')
}

/** The token in a header `Authorization: Bearer <token>`; undefined if there is none. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}
