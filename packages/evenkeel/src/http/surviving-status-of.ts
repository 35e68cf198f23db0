import type { Exception } from '../exceptions/exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'

/**
 * A service's `statusOf` that answer, statistics and log can rely on: where it throws, or returns what is no
 * status of an answer, the class's own holds and `onProblem` is told.
 */
export function survivingStatusOf(statusOf: StatusOf, onProblem: (exception: Exception) => void): StatusOf {
  if (statusOf === statusOfClass) return statusOf
  return exception => {
    try {
      const status = statusOf(exception)
      if (Number.isInteger(status) && status >= 200 && status <= 599) return status
      throw new RangeError(`${status} is no status to answer ${exception.className} with.`)
    } catch (bug) {
      onProblem(toException(bug))
      return statusOfClass(exception)
    }
  }
}
