import { DeadlineExceededException, type Exception } from '../exceptions/index.ts'

const linksMax = 10

/**
 * Whether an exception that comes after the end of a transaction only repeats why it ended: the work was aborted,
 * or its deadline passed. Then it says nothing new, and nobody needs to hear of it.
 */
export function isEcho(exception: Exception, { aborted, reason }: AbortSignal): boolean {
  let link: unknown = exception
  // What Node's own functions throw when they are aborted lies between the exception and the reason.
  for (let depth = 0; link instanceof Error && depth < linksMax; depth++) {
    if ((aborted && link === reason) || link instanceof DeadlineExceededException) return true
    link = link.cause
  }
  return false
}
