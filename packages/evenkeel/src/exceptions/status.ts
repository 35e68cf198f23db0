import type { Exception } from './exception.ts'

/** Which status an exception answers with: a pure function of its class, asked alike by the catch-all, the statistics and the log. */
export type StatusOf = (exception: Exception) => number

type ExceptionClass = abstract new (...args: never[]) => Exception

/** The status of the exception's class, or of the nearest ancestor that has one. */
export const statusOf: StatusOf = exception => (exception.constructor as typeof Exception).status

/**
 * A service's own table over the classes' defaults; the nearest ancestor on the table wins, whatever
 * its distance from the class that carries a default.
 *
 * @example
 * const status = statusTable([[QuotaExceededException, 400], [ConflictException, 400]])
 */
export function statusTable(rows: readonly (readonly [ExceptionClass, number])[]): StatusOf {
  const table = new Map<unknown, number>(rows)
  return exception => {
    let ancestor: unknown = exception.constructor
    while (ancestor !== Error && typeof ancestor === 'function') {
      const status = table.get(ancestor)
      if (status !== undefined) return status
      ancestor = Object.getPrototypeOf(ancestor)
    }
    return statusOf(exception)
  }
}
