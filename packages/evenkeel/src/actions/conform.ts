import type { Json } from '../exceptions/exception.ts'
import { toException } from '../exceptions/to-exception.ts'
import { type Encoding, NotEncodableException } from './encoding.ts'
import { ActionMisuseException } from './exceptions.ts'
import type { LiveAction } from './live-action.ts'
import type { Schema } from './schema.ts'
import type { AnyStep } from './step.ts'

/** Whose value it is, for messages. */
export interface ValueOf {
  readonly action: string
  /** Of a step; of an action's own input and output its name. */
  readonly path: string
  readonly what: 'input' | 'output'
}

/** A value as the journal keeps it, and as it comes out of it again. */
export interface Conformed<T = unknown> {
  readonly json: Json
  readonly value: T
}

/**
 * A value as the journal keeps it, and as it will come out of it again.
 *
 * @throws {ActionMisuseException} its schema refuses it, JSON can't carry it, or its schema refuses what comes out of
 * the journal: named with its field
 */
export function conform<T>(
  value: unknown,
  schema: Schema<T>,
  encoding: Encoding,
  { action, path, what }: ValueOf,
): Conformed<T> {
  const misuse = (complaint: string, thrown: unknown) =>
    new ActionMisuseException(action, path, complaint, thrown)

  const shaped = attempt(
    () => schema.parse(value),
    thrown =>
      misuse(
        `has an ${what} that its schema refuses: ${complaintOf(thrown)}. Mend the value, or the schema.`,
        thrown,
      ),
  )
  const json = attempt(
    () => encoding.encode(shaped, what),
    thrown => misuse(`has an ${what} that can't be journaled: ${messageOf(thrown)}`, thrown),
  )
  const restored = attempt(
    () => schema.parse(encoding.decode(json)),
    thrown =>
      misuse(
        `has an ${what} that does not survive the journal: ${complaintOf(thrown)}. A schema must accept what it gives: no transformations to another type, null instead of undefined.`,
        thrown,
      ),
  )
  return { json, value: restored }
}

/** As `conform`, for what a step gives. @throws {ActionMisuseException} its schema or the journal refuses it */
export function conformOutput<World, Db>(
  { action, parts }: LiveAction<World, Db>,
  { definition }: AnyStep<World>,
  path: string,
  output: unknown,
): Conformed {
  return conform(output, definition.output, parts.encoding, { action: action.name, path, what: 'output' })
}

/**
 * A value that came out of the journal.
 *
 * @throws {ActionMisuseException} its schema refuses it: it was written by another version
 */
export function restore<T>(decoded: unknown, schema: Schema<T>, { action, path, what }: ValueOf): T {
  return attempt(
    () => schema.parse(decoded),
    thrown =>
      new ActionMisuseException(
        action,
        path,
        `has an ${what} in the journal that its schema refuses: ${complaintOf(thrown)}. Count the version up when a schema changes, and keep the earlier one registered.`,
        thrown,
      ),
  )
}

function attempt<T>(work: () => T, misuse: (thrown: unknown) => ActionMisuseException): T {
  try {
    return work()
  } catch (thrown) {
    throw misuse(thrown)
  }
}

interface Issue {
  readonly path?: readonly PropertyKey[]
  readonly message: string
}

/** What a schema has against a value, field by field where it says so, as Zod's do. */
function complaintOf(thrown: unknown): string {
  const { issues } = (thrown ?? {}) as { issues?: readonly Issue[] }
  if (!Array.isArray(issues) || issues.length === 0) return messageOf(thrown)
  return issues.map(({ path = [], message }: Issue) => `${fieldOf(path)}: ${message}`).join('; ')
}

function fieldOf(path: readonly PropertyKey[]): string {
  const field = path.reduce<string>(
    (before, key) => (typeof key === 'number' ? `${before}[${key}]` : `${before}.${String(key)}`),
    '',
  )
  return field.replace(/^\./, '') || 'the whole'
}

function messageOf(thrown: unknown): string {
  return thrown instanceof NotEncodableException ? thrown.message : toException(thrown).message
}
