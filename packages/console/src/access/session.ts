import { createHmac, timingSafeEqual } from 'node:crypto'

/** The name of the cookie that carries an operator's session. */
export const sessionCookie = 'evenkeel_console'

/** How long an operator stays signed in. */
export const sessionMs = 12 * 60 * 60 * 1000

export interface Session {
  /** In milliseconds since 1970. */
  readonly endsAtMs: number
  /** What the operator is called. */
  readonly name: string
}

/** A session that needs no store: its end, whose it is, and the seal that only the holder of `key` can make. */
export function sealSession({ endsAtMs, name }: Session, key: Uint8Array): string {
  const content = `${endsAtMs}.${Buffer.from(name).toString('base64url')}`
  return `${content}.${sealOf(content, key)}`
}

/**
 * What the operator is called whose session was sealed with `key` and hasn't ended yet; undefined for anything else,
 * malformed or not.
 */
export function operatorIn(session: string, key: Uint8Array, nowMs: number): string | undefined {
  const [endsAtMs = '', name = '', ...seal] = session.split('.')
  // The seal is checked first, so that nothing unsealed is ever interpreted.
  const isOpen = isSame(seal.join('.'), sealOf(`${endsAtMs}.${name}`, key)) && nowMs < Number(endsAtMs)
  return isOpen ? Buffer.from(name, 'base64url').toString() : undefined
}

/** The value of the cookie `name` in a Cookie header, or undefined if it carries none. */
export function cookieNamed(name: string, header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key = '', value] = pair.split('=', 2)
    if (key.trim() === name) return value?.trim()
  }
  return undefined
}

function sealOf(text: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(`console-session:${text}`).digest('base64url')
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  // The length of a seal is no secret; its bytes are compared in constant time.
  return a.length === b.length && timingSafeEqual(a, b)
}
