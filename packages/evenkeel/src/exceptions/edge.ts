import { BadGatewayException } from './dependency-exceptions.ts'
import type { Exception } from './exception.ts'
import { toException } from './to-exception.ts'

/**
 * What an uncaught exception is at our own edge. One of ours stays what it is. A remote's `client` or
 * `internal` one is our failure, a `BadGatewayException` with the original as cause: nobody's success
 * rate improves by calling wrongly. A remote's dependency and discard stay what they are.
 */
export function atOurEdge(thrown: unknown): Exception {
  const exception = toException(thrown)
  if (exception.origin === undefined) return exception
  if (exception.category === 'dependency' || exception.category === 'discard') return exception
  return new BadGatewayException(
    `${exception.origin.service} answered ${exception.className}: ${exception.message}`,
    { cause: exception },
  )
}
