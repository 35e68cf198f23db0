import { HttpException } from '@nestjs/common'
import { type Exception, type PublicData, ValidationException } from '../exceptions/index.ts'
import { exceptionOfStatus } from '../http/from-http-error.ts'

/**
 * What an exception of Nest is: of the class that has its status, under its own name. What a validating pipe says of
 * several fields becomes a `ValidationException` that names each.
 */
export function nestException(thrown: HttpException): Exception {
  const { message, data } = toldBy(thrown)
  if (Array.isArray(message))
    return new ValidationException(fieldErrors(message.map(String)), { cause: thrown })
  const exception = exceptionOfStatus(thrown.getStatus(), String(message), { cause: thrown, data })
  const { name } = thrown.constructor
  if (name !== HttpException.name && name !== exception.className) {
    Object.defineProperty(exception, 'className', { value: name })
  }
  return exception
}

/** The message, and what the application put beside it for clients to read. */
function toldBy(thrown: HttpException): { message: unknown; data: PublicData } {
  const response = thrown.getResponse()
  if (typeof response === 'string') return { message: response, data: {} }
  const { message = thrown.message, statusCode, error, ...data } = response as Record<string, unknown>
  return { message, data: data as PublicData }
}

/** `name: is too short` or `sizes.1 must be a number`, as Nest's two validating pipes put it. */
function fieldErrors(sentences: readonly string[]): Record<string, string> {
  const reasons = new Map<string, string>()
  for (const sentence of sentences) {
    const [, path = 'body', reason = sentence] = /^([\w$[\].-]+):? (.+)$/s.exec(sentence) ?? []
    const field = path.replace(/\.(\d+)(?=\.|$)/g, '[$1]')
    const told = reason.endsWith('.') ? reason : `${reason}.`
    const before = reasons.get(field)
    reasons.set(field, before === undefined ? told : `${before} ${told}`)
  }
  return Object.fromEntries(reasons)
}
