import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** The name of the cookie that carries an operator's session. */
export const sessionCookie = 'evenkeel_console'

/** How long an operator stays signed in. */
export const sessionMs = 12 * 60 * 60 * 1000

export interface Session {
  /** Tells it from all others. */
  readonly id: string
  /** In milliseconds since 1970. */
  readonly endsAtMs: number
  /** Of whoever signed in. */
  readonly operatorId: string
}

/** Sessions that were closed before their end. */
export interface ClosedSessions {
  /** From now on the session stands for nobody. It may be forgotten after its end. */
  close(session: { readonly id: string; readonly endsAtMs: number }): Promise<void>
  isClosed(id: string): Promise<boolean>
}

export function newSessionId(): string {
  return randomBytes(16).toString('base64url')
}

/** A session that needs no store while it is open: its end, whose it is, and the seal that only the holder of `key` can make. */
export function sealSession({ id, endsAtMs, operatorId }: Session, key: Uint8Array): string {
  const content = `${endsAtMs}.${id}.${Buffer.from(operatorId).toString('base64url')}`
  return `${content}.${sealOf(content, key)}`
}

/** The session that was sealed with `key` and hasn't ended yet; undefined for anything else, malformed or not. */
export function openSession(sealed: string, key: Uint8Array, nowMs: number): Session | undefined {
  const [endsAtMs = '', id = '', operatorId = '', ...seal] = sealed.split('.')
  // The seal is checked first, so that nothing unsealed is ever interpreted.
  const isSealed = isSame(seal.join('.'), sealOf(`${endsAtMs}.${id}.${operatorId}`, key))
  if (!isSealed || nowMs >= Number(endsAtMs)) return undefined
  return {
    id,
    endsAtMs: Number(endsAtMs),
    operatorId: Buffer.from(operatorId, 'base64url').toString(),
  }
}

/** Remembers closed sessions as long as the process runs. */
export function closedSessionsInMemory(now: () => number): ClosedSessions {
  const ends = new Map<string, number>()
  return {
    async close({ id, endsAtMs }) {
      for (const [known, end] of ends) if (end <= now()) ends.delete(known)
      ends.set(id, endsAtMs)
    },
    isClosed: async id => ends.has(id),
  }
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
