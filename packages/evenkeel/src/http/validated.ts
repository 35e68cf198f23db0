import { type FieldErrors, ValidationException } from '../exceptions/client-exceptions.ts'

/** A schema of any library that speaks Standard Schema (https://standardschema.dev): Zod, Valibot, ArkType … */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
  }
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** One thing that a schema found wrong, and where. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * The value as a schema makes it.
 *
 * @throws {ValidationException} it names each field that is wrong, as `volumes[0].size_gb`; what concerns the whole stands under `body`
 *
 * @example
 * const query = await validated(z.object({ page: z.coerce.number() }), Object.fromEntries(url.searchParams))
 */
export async function validated<T>(schema: StandardSchema<T>, value: unknown): Promise<T> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw new ValidationException(fieldErrors(result.issues))
}

function fieldErrors(issues: readonly SchemaIssue[]): FieldErrors {
  const reasons = new Map<string, string>()
  for (const { message, path = [] } of issues) {
    const field = fieldPath(path) || 'body'
    const before = reasons.get(field)
    const reason = message.endsWith('.') ? message : `${message}.`
    reasons.set(field, before === undefined ? reason : `${before} ${reason}`)
  }
  return Object.fromEntries(reasons)
}

function fieldPath(path: NonNullable<SchemaIssue['path']>): string {
  return path
    .map(part => (typeof part === 'object' ? part.key : part))
    .reduce<string>(
      (before, key) =>
        typeof key === 'number'
          ? `${before}[${key}]`
          : before === ''
            ? String(key)
            : `${before}.${String(key)}`,
      '',
    )
}
