import type { FastifySchemaValidationError } from 'fastify'
import type { FieldErrors } from '../exceptions/client-exceptions.ts'

/**
 * What a schema found wrong, by field, in sentences. What concerns the whole of body, query or parameters stands
 * under their name.
 */
export function fieldErrors(
  violations: readonly FastifySchemaValidationError[],
  context: string,
): FieldErrors {
  const reasons = new Map<string, string>()
  for (const violation of violations) {
    const path = fieldPath(violation) || context
    const before = reasons.get(path)
    const reason = reasonOf(violation)
    reasons.set(path, before === undefined ? reason : `${before} ${reason}`)
  }
  return Object.fromEntries(reasons)
}

/** `/volumes/0/size_gb` as `volumes[0].size_gb`, with the property that is missing or too much. */
function fieldPath({ instancePath, params }: FastifySchemaValidationError): string {
  const parts = instancePath.split('/').slice(1).map(decodePointer)
  const { missingProperty, additionalProperty } = params
  if (typeof missingProperty === 'string') parts.push(missingProperty)
  if (typeof additionalProperty === 'string') parts.push(additionalProperty)
  return parts.reduce(
    (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
    '',
  )
}

/** Undoes the escapes of a JSON pointer (RFC 6901). */
function decodePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function reasonOf({ message, params }: FastifySchemaValidationError): string {
  const { missingProperty, additionalProperty, allowedValues } = params
  if (typeof missingProperty === 'string') return 'is missing.'
  if (typeof additionalProperty === 'string') return 'is not known here.'
  if (Array.isArray(allowedValues)) return `must be one of ${allowedValues.join(', ')}.`
  const reason = message ?? 'is not valid'
  return reason.endsWith('.') ? reason : `${reason}.`
}
