import { Exception } from './exception.ts'
import { InternalException } from './internal-exception.ts'

/**
 * Turns whatever was thrown into an exception: an exception stays itself, anything else becomes an
 * `InternalException` with the thrown value as cause and, where it has one, its stack. Never throws,
 * whatever it is handed: a value whose getters throw, a revoked proxy, `undefined`.
 */
export function toException(thrown: unknown): Exception {
  try {
    if (thrown instanceof Exception) return thrown
    if (thrown instanceof Error) {
      const exception = new InternalException(`${thrown.name}: ${thrown.message}`, { cause: thrown })
      if (typeof thrown.stack === 'string') exception.stack = thrown.stack
      return exception
    }
    return new InternalException(`Something that is not an Error was thrown: ${describe(thrown)}`, {
      cause: thrown,
    })
  } catch (unreadable) {
    return new InternalException('Something was thrown that can not even be read.', { cause: unreadable })
  }
}

function describe(thrown: unknown): string {
  const text = typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
