import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { Json } from '../exceptions/exception.ts'
import { InternalException } from '../exceptions/internal-exception.ts'
import { Secret } from './secret.ts'

/** A value can't be written into the journal as it is. */
export class NotEncodableException extends InternalException<{ path: string }> {
  constructor(path: string, what: string) {
    super(
      `${path} is ${what}, which JSON can't carry: give steps and actions plain data (objects, lists, strings, finite numbers, booleans, null, Secret).`,
      {
        data: { path },
      },
    )
  }
}

/** A secret in the journal can't be read with the key at hand. */
export class SecretUnreadableException extends InternalException {
  constructor(cause: unknown) {
    super(
      'A secret in the journal can not be read: was the secret key changed? Start with the key that it was written with.',
      {
        cause,
      },
    )
  }
}

/**
 * Turns values into JSON for the journal and back. Secrets are encrypted on the way (AES-256-GCM, as
 * `{"$secret": "<nonce, tag and text in base64>"}`); keys of the application's own that begin with `$` get another `$`.
 */
export class Encoding {
  readonly #key: Uint8Array

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** @throws {NotEncodableException} the value holds something that JSON can't carry */
  encode(value: unknown, path = 'value'): Json {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw new NotEncodableException(path, String(value))
      return value
    }
    if (value === undefined) return null
    if (value instanceof Secret) return { $secret: this.#encrypt(value.reveal()) }
    if (Array.isArray(value)) return value.map((item, at) => this.encode(item, `${path}[${at}]`))
    if (isPlainObject(value)) {
      const encoded: { [key: string]: Json } = {}
      for (const [key, member] of Object.entries(value)) {
        if (member === undefined) continue
        set(encoded, key.startsWith('$') ? `$${key}` : key, this.encode(member, `${path}.${key}`))
      }
      return encoded
    }
    throw new NotEncodableException(path, describe(value))
  }

  /** @throws {SecretUnreadableException} it was encoded with another key */
  decode(json: Json): unknown {
    if (typeof json !== 'object' || json === null) return json
    if (isList(json)) return json.map(item => this.decode(item))
    const secret = json['$secret']
    if (typeof secret === 'string') return new Secret(this.#decrypt(secret))
    const decoded: { [key: string]: unknown } = {}
    for (const [key, member] of Object.entries(json)) {
      set(decoded, key.startsWith('$') ? key.slice(1) : key, this.decode(member))
    }
    return decoded
  }

  /**
   * Tells equal values from others without keeping them: a hash with the key, so that nobody can guess a secret
   * by trying.
   *
   * @throws {NotEncodableException} the value holds something that JSON can't carry
   */
  fingerprint(value: unknown, path = 'value'): string {
    return createHmac('sha256', this.#key).update(canonical(value, path)).digest('base64url')
  }

  #encrypt(text: string): string {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
  }

  #decrypt(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64')
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12), {
        authTagLength: 16,
      })
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    } catch (cause) {
      throw new SecretUnreadableException(cause)
    }
  }
}

/** The same JSON with every secret emptied: what may be kept of an action that is over. */
export function withoutSecrets(json: Json): Json {
  if (typeof json !== 'object' || json === null) return json
  if (isList(json)) return json.map(withoutSecrets)
  if (typeof json['$secret'] === 'string') return { $secret: null }
  const kept: { [key: string]: Json } = {}
  for (const [key, member] of Object.entries(json)) set(kept, key, withoutSecrets(member))
  return kept
}

/** The same text for equal values: members in the order of their names, secrets by what they hide. */
function canonical(value: unknown, path: string): string {
  if (value instanceof Secret) return `secret ${JSON.stringify(value.reveal())}`
  if (Array.isArray(value)) return `[${value.map((item, at) => canonical(item, `${path}[${at}]`)).join()}]`
  if (isPlainObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    const texts = members.map(
      ([key, member]) => `${JSON.stringify(key)}:${canonical(member, `${path}.${key}`)}`,
    )
    return `{${texts.sort().join()}}`
  }
  if (typeof value === 'object' && value !== null) throw new NotEncodableException(path, describe(value))
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    throw new NotEncodableException(path, describe(value))
  return JSON.stringify(value ?? null)
}

// Assignment to `__proto__` would set the prototype instead of a property.
function set<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else object[key] = value
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? `a ${value.constructor?.name ?? 'object'}`
    : `a ${typeof value}`
}
