import type { Json } from '../../exceptions/exception.ts'
import { SecretFieldException } from './exceptions.ts'
import { isSecretName } from './secret-names.ts'
import { secretMark, withoutSecrets } from './without-secrets.ts'

/** What a log keeps of one field's value. */
export interface Loggable {
  /** What is kept of `value`, or undefined where it isn't what was declared: then nothing is. */
  keep(value: unknown): Json | undefined
}

/** The fields that a log keeps, by name. What isn't declared is never kept. */
export interface LoggableFields {
  readonly [name: string]: Loggable
}

/**
 * How a field may be declared. Secrets are kept out whatever is declared: a name that means one is refused, and what
 * looks like one within a value is replaced by `[secret]`.
 *
 * @example
 * sqliteTxLog({ folder, fields: { path: loggable.text(200), body: loggable.json(2000), retries: loggable.number() } })
 */
export const loggable = {
  /** A text, cut after so many bytes of UTF-8. */
  text: (bytesMax: number): Loggable => ({
    keep: value => (typeof value === 'string' ? keptText(value, bytesMax) : markOf(value)),
  }),

  number: (): Loggable => ({ keep: value => (Number.isFinite(value) ? (value as number) : undefined) }),

  flag: (): Loggable => ({ keep: value => (typeof value === 'boolean' ? value : undefined) }),

  /**
   * Any JSON, without what stands in it under the name of a secret. What is longer than so many bytes is kept as a
   * text that was cut there.
   */
  json: (bytesMax: number): Loggable => ({
    keep(value) {
      const kept = withoutNamedSecrets(value)
      if (kept === undefined) return undefined
      const text = JSON.stringify(kept)
      return isWithin(text, bytesMax) ? kept : cut(text, bytesMax)
    },
  }),

  /**
   * An object of which only these fields are kept.
   *
   * @throws {SecretFieldException} one of them is named as a secret
   */
  object(fields: LoggableFields): Loggable {
    const declared = new DeclaredFields(fields)
    return {
      keep: value => (typeof value === 'object' && value !== null ? declared.keep({ ...value }) : undefined),
    }
  },
} as const

/** The fields that were declared for a log, checked. */
export class DeclaredFields {
  readonly #fields: readonly (readonly [string, Loggable])[]

  /** @throws {SecretFieldException} one of them is named as a secret */
  constructor(fields: LoggableFields) {
    this.#fields = Object.entries(fields)
    for (const [name] of this.#fields) if (isSecretName(name)) throw new SecretFieldException(name)
  }

  /** Of these values, what was declared. */
  keep(values: { readonly [name: string]: unknown }): { readonly [name: string]: Json } {
    let kept: { [name: string]: Json } | undefined
    for (const [name, field] of this.#fields) {
      if (!Object.hasOwn(values, name)) continue
      const value = keptBy(field, values, name)
      if (value === undefined) continue
      kept ??= {}
      kept[name] = value
    }
    return kept ?? none
  }
}

const none = Object.freeze({})

/** A value that can't even be read must not take the rest of its row with it. */
function keptBy(
  field: Loggable,
  values: { readonly [name: string]: unknown },
  name: string,
): Json | undefined {
  try {
    return field.keep(values[name])
  } catch {
    return '[unreadable]'
  }
}
/** Deeper than any body of sense. */
const depthMax = 20
/** So much more than is kept is looked at for secrets: one that is cut through would not be known for what it is. */
const cutMarginChars = 500

function keptText(text: string, bytesMax: number): string {
  return cut(withoutSecrets(text.slice(0, bytesMax + cutMarginChars)), bytesMax)
}

/** A `Secret` says of itself what may be seen of it. Any other object isn't a text. */
function markOf(value: unknown): string | undefined {
  return hasOwnJson(value) && value.toJSON() === secretMark ? secretMark : undefined
}

function withoutNamedSecrets(value: unknown, within: readonly unknown[] = []): Json | undefined {
  if (typeof value === 'string') return withoutSecrets(value)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object') return undefined
  if (within.length >= depthMax || within.includes(value)) return '…'
  const path = [...within, value]
  if (hasOwnJson(value)) return withoutNamedSecrets(value.toJSON(), path)
  if (Array.isArray(value)) return value.map(item => withoutNamedSecrets(item, path) ?? null)
  const kept: { [name: string]: Json } = {}
  for (const [name, item] of Object.entries(value)) {
    const json = isSecretName(name) ? secretMark : withoutNamedSecrets(item, path)
    // `__proto__` is a name like any other in JSON, and not in an assignment.
    if (json !== undefined) Object.defineProperty(kept, name, { ...plainProperty, value: json })
  }
  return kept
}

function hasOwnJson(value: unknown): value is { toJSON(): unknown } {
  return (
    typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
  )
}

const plainProperty = { configurable: true, enumerable: true, writable: true }

function isWithin(text: string, bytesMax: number): boolean {
  // A character of UTF-16 takes three bytes at most.
  return text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax
}

function cut(text: string, bytesMax: number): string {
  if (isWithin(text, bytesMax)) return text
  // An unfinished character at the end decodes to a replacement character: it is left out.
  return `${new TextDecoder().decode(Buffer.from(text.slice(0, bytesMax)).subarray(0, bytesMax), { stream: true })}…`
}
