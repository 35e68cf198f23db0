import { type FieldErrors, ValidationException } from 'evenkeel'
import { z } from 'zod'

/**
 * What `schema` makes of `value`.
 *
 * @throws {ValidationException} naming every field that is wrong, and why
 */
export function parseOrRefuse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ValidationException(fieldErrorsOf(parsed.error))
}

function fieldErrorsOf(error: z.ZodError): FieldErrors {
  return Object.fromEntries(
    error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => [key, 'is not known here: leave it out.'])
        : [[z.core.toDotPath(issue.path) || 'body', issue.message]],
    ),
  )
}
