import { createHmac, timingSafeEqual } from 'node:crypto'

/** The name of the cookie that carries an operator's session. */
export const sessionCookie = 'evenkeel_console'

/** How long an operator stays signed in. */
export const sessionMs = 12 * 60 * 60 * 1000

/**
 * A session that needs no store: the time of its end, in milliseconds since 1970, and the seal that only
 * the holder of `key` can make.
 */
export function sealSession(endsAtMs: number, key: Uint8Array): string {
  return `${endsAtMs}.${sealOf(String(endsAtMs), key)}`
}

/** Whether `session` was sealed with `key` and hasn't ended yet. Anything else, malformed or not, is closed. */
export function isSessionOpen(session: string, key: Uint8Array, nowMs: number): boolean {
  const [endsAtMs = '', seal = ''] = session.split('.', 2)
  // The seal is checked first, so that nothing unsealed is ever interpreted.
  return isSame(seal, sealOf(endsAtMs, key)) && nowMs < Number(endsAtMs)
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
