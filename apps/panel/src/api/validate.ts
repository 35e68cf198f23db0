import { type FieldErrors, ValidationException } from 'evenkeel'
import type { z } from 'zod'

export interface ValidateOptions {
  /** The fields of the body itself for which `null` is a value, and not the same as none. @default none */
  readonly nullable?: readonly string[]
}

/**
 * What the schema makes of a value from outside. Fields that it does not know are ignored, and `null` means
 * "not given", as the API's clients expect.
 *
 * @throws {ValidationException} names every wrong field by its path (`volumes[0].size_gb`), in the schema's order
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { nullable = [] }: ValidateOptions = {},
): z.output<Schema> {
  const result = schema.safeParse(withoutNulls(value, nullable), { error: messageFor })
  if (result.success) return result.data
  throw new ValidationException(fieldErrors(result.error.issues))
}

/** One wrong field, found by more than a schema. */
export function wrongField(path: string, message: string): ValidationException {
  return new ValidationException({ [path]: message })
}

/** The message for a value outside a fixed set, as the API's clients know it. */
export function notAValidChoice(given: unknown, choices: readonly string[]): string {
  return `${quoted(given)} is not a valid choice. Choose one of ${choices.join(', ')}.`
}

/** What was sent, for a message. Nobody reads more of it, and no message grows with what was sent. */
export function quoted(given: unknown): string {
  const text = JSON.stringify(given)
  return text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}…`
}

/** The messages that every field shares; a schema's own ones come first. */
function messageFor(issue: z.core.$ZodRawIssue): string | undefined {
  const isMissing = issue.input === undefined
  if (isMissing && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    return 'This field is required.'
  }
  if (issue.code === 'invalid_type') return `Must be ${kinds[issue.expected] ?? issue.expected}.`
  if (issue.code === 'invalid_value') return notAValidChoice(issue.input, issue.values.map(String))
  return undefined
}

const kinds: { readonly [expected: string]: string } = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldErrors {
  const messages = new Map<string, string>()
  for (const issue of issues) {
    const path = pathText(issue.path)
    if (!messages.has(path))
      messages.set(path, isAboutTheWhole(issue) ? 'The body must be a JSON object.' : issue.message)
  }
  return Object.fromEntries(messages)
}

function isAboutTheWhole({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0
}

// What concerns the body as a whole is about no field: clients find such a message under `detail`.
function pathText(path: readonly PropertyKey[]): string {
  const [first = 'detail', ...rest] = path
  return rest.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
    String(first),
  )
}

/** Drops fields that are null, at every depth; a null in a list stays, and is wrong there. */
function withoutNulls(value: unknown, kept: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map(each => withoutNulls(each))
  if (typeof value !== 'object' || value === null) return value
  const given = Object.entries(value).filter(([name, field]) => field !== null || kept.includes(name))
  return Object.fromEntries(given.map(([name, field]) => [name, withoutNulls(field)]))
}
