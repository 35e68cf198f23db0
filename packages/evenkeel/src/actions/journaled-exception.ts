import { ancestorsOf, type Exception, type ExceptionRebuilder, toException } from '../exceptions/index.ts'
import type { JournaledException } from './action-view.ts'

/** What the journal keeps of an exception. */
export function toJournaled(exception: Exception): JournaledException {
  return {
    exception: exception.className,
    ancestors: ancestorsOf(exception),
    category: exception.category,
    message: exception.message,
    publicMessage: exception.publicMessage,
    data: exception.data,
    retry: exception.retry,
    retryAfterMs: exception.retryAfterMs,
    causes: causesOf(exception),
    ...(exception.origin !== undefined && { origin: exception.origin }),
  }
}

/** The exception again, as the same class where it is known. */
export function fromJournaled(journaled: JournaledException, classes: ExceptionRebuilder): Exception {
  return classes.restore({ ...journaled, className: journaled.exception })
}

const causesMax = 10

function causesOf(exception: Exception): string[] {
  const causes: string[] = []
  let cause = exception.cause
  while (cause !== undefined && causes.length < causesMax) {
    const link = toException(cause)
    causes.push(`${link.className}: ${link.message}`)
    // A foreign error is its own wrapper's cause: step over it.
    cause = link === cause ? link.cause : (cause as { cause?: unknown } | null)?.cause
  }
  return causes
}
