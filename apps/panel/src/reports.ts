import type { Exception } from 'evenkeel'
import type { Logger } from 'pino'

/** What is told to whoever runs the program, in its own log: no answer tells it, and no graph alone. */
export interface Reports {
  /** A sentence about the program itself. */
  say(sentence: string): void
  /** A bug that ended a transaction: it is answered, counted and logged as well. */
  report(exception: Exception, tx: { readonly id: string; readonly operation: string }): void
  /** Something that went wrong where no outcome could change any more. */
  onProblem(exception: Exception): void
}

/** Reports go to the program's own log. */
export function reportsTo(logger: Logger): Reports {
  return {
    say: sentence => logger.info(sentence),
    report: (exception, { id, operation }) =>
      logger.error({ err: exception, tx: id, operation }, exception.message),
    onProblem: exception => logger.error({ err: exception }, exception.message),
  }
}
