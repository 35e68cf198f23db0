import type { ExceptionClass } from './category-class.ts'
import { BadGatewayException } from './dependency-exceptions.ts'
import type { Exception, RetrySafety } from './exception.ts'
import { toException } from './to-exception.ts'

export interface EdgeOptions {
  /** The classes of remote exceptions that the operation hands on as they are, with their descendants. @default none */
  passThrough?: readonly ExceptionClass[] | undefined
}

/**
 * What an uncaught exception is at our own edge. One of ours stays what it is. A remote's `client` or
 * `internal` one is our failure, a `BadGatewayException` with the original as cause: nobody's success
 * rate improves by calling wrongly. A remote's dependency and discard stay what they are, and so does
 * what the operation declares that it passes through.
 */
export function atOurEdge(thrown: unknown, { passThrough = [] }: EdgeOptions = {}): Exception {
  const exception = toException(thrown)
  const { origin, category } = exception
  if (category === 'dependency') leftTheEdge.add(exception)
  if (origin === undefined || category === 'dependency' || category === 'discard') return exception
  if (passedThrough.has(exception)) return exception
  if (passThrough.some(declared => exception instanceof declared)) {
    passedThrough.add(exception)
    return exception
  }
  return new BadGatewayException(`${origin.service} answered ${exception.className}: ${exception.message}`, {
    cause: exception,
  })
}

/**
 * Whether our caller may repeat its request. That nothing happened is, of a failed dependency, a promise about one
 * call: what we did before it, neither it nor we can tell from here, so that beyond our edge it is unknown, unless
 * the class says that it speaks of whole requests. What a filter outside the edge throws, to shed load for
 * instance, is about the whole request in any case.
 */
export function retryForCaller(exception: Exception): RetrySafety {
  const { retry, origin, category } = exception
  if (retry !== 'safe') return retry
  if (origin !== undefined) return 'unknown'
  if (category !== 'dependency' || !leftTheEdge.has(exception)) return 'safe'
  return (exception.constructor as typeof Exception).isRetryForCallers ? 'safe' : 'unknown'
}

/** Beside the exceptions and not in them: one may be frozen, or thrown more than once. */
const leftTheEdge = new WeakSet<Exception>()

/** A declaration holds at the edges further out as well. */
const passedThrough = new WeakSet<Exception>()
