import { ServiceUnavailableException } from 'evenkeel'

/** The panel's database can't be written or read now: the disk is full or fails, or another program holds it. */
export class RecordsUnavailableException extends ServiceUnavailableException<{ reason: string }> {
  constructor(reason: string, options: { cause: unknown }) {
    super(`The panel's database is not available: ${reason}.`, {
      ...options,
      data: { reason },
      retryAfterMs: 5000,
      publicMessage: "The panel's records are not available at the moment. Please try again in 5 s.",
    })
  }
}

/** Runs `work` on the connection; what the disk or another program did wrong becomes an exception of a dependency. */
export function onDisk<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = unavailability(error)
    throw reason === undefined ? error : unavailable(reason, error)
  }
}

/** The records can't be reached; its reason tells where from. */
export function unavailable(reason: string, cause: unknown): RecordsUnavailableException {
  return new RecordsUnavailableException(reason, { cause })
}

// https://www.sqlite.org/rescode.html: the lower eight bits are the primary code.
const reasons: { readonly [primaryCode: number]: string } = {
  5: 'another program holds it',
  6: 'another connection holds a table',
  8: 'it may only be read',
  10: 'the disk failed',
  11: 'the file is damaged',
  13: 'the disk is full',
  14: 'the file can not be opened',
  26: 'the file is not a database',
}

/** Why SQLite could not do its part, or undefined if the error is a bug of ours. */
export function unavailability(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return reasons[error.errcode & 0xff]
}
