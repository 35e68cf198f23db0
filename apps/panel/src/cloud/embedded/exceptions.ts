import { type ExceptionOptions, ServiceUnavailableException } from 'evenkeel'

/** The embedded cloud was closed before the call reached it: nothing happened. */
export class CloudClosedException extends ServiceUnavailableException<{ operation: string }> {
  constructor(operation: string, options?: ExceptionOptions) {
    super(`The embedded cloud was closed before ${operation} reached it: nothing happened.`, {
      retry: 'safe',
      ...options,
      data: { operation },
    })
  }
}
