import { hash, randomBytes } from 'node:crypto'

/** A new token: 256 bits of chance, in letters that every client takes (`[a-zA-Z0-9-._]`). */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What is kept of a token. A plain hash is enough, unlike for passwords: nobody guesses 256 bits, and who
 * sets a token by environment chooses how hard it is to guess.
 */
export function hashOfToken(token: string): string {
  return hash('sha256', token, 'hex')
}
