import { categoryClass, type ExceptionClass } from './category-class.ts'
import type { Exception } from './exception.ts'

/** Which status an exception answers with: a pure function of its class, asked alike by the catch-all, the statistics and the log. */
export type StatusOf = (exception: Exception) => number

/** The status of the exception's class, or of the nearest ancestor that has one, or of its category. */
export const statusOf: StatusOf = exception =>
  (exception.constructor as typeof Exception).status ?? categoryClass[exception.category].status

/**
 * A service's own table over the classes' defaults; the nearest ancestor on the table wins, whatever
 * its distance from the class that carries a default. A class that is of a category by what it gathers, and
 * not by its ancestors, has the row of its category.
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
    const hasStatus = (exception.constructor as typeof Exception).status !== undefined
    return (hasStatus ? undefined : table.get(categoryClass[exception.category])) ?? statusOf(exception)
  }
}
