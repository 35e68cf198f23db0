import {
  type Category,
  Exception,
  type ExceptionOptions,
  type PublicData,
  type RetrySafety,
} from './exception.ts'

/** Something that we depend on failed: a system, a lock, capacity. */
export class DependencyException<Data extends PublicData = PublicData> extends Exception<Data> {
  static override readonly status: number = 503
  get category(): Category {
    return 'dependency'
  }

  // A dependency's own words are for operators: a class whose message is written for users says so.
  protected override get defaultPublicMessage(): string {
    const wait = this.retryAfterMs === undefined ? 'later' : `in ${Math.ceil(this.retryAfterMs / 1000)} s`
    return `A system behind this service did not do its part. Please try again ${wait}.`
  }

  protected override get defaultRetry(): RetrySafety {
    return 'unknown'
  }
}

/** A system behind us answered what nobody can make sense of, or refused what we asked of it. */
export class BadGatewayException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  static override readonly status: number = 502
}

/** A system behind us can't be reached or can't serve now. */
export class ServiceUnavailableException<
  Data extends PublicData = PublicData,
> extends DependencyException<Data> {
  static override readonly status: number = 503
}

/** A system behind us did not answer in time: what it did is unknown. */
export class GatewayTimeoutException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  static override readonly status: number = 504
}

/** The time that an operation is given, or that its caller had left, was over before it had ended: what it did is unknown. */
export class DeadlineExceededException extends GatewayTimeoutException<{
  operation: string
  timeMs: number
}> {
  /** @param timeMs how much time it had, in milliseconds; 0 if none was left to begin with */
  constructor(operation: string, timeMs: number, options?: Omit<ExceptionOptions, 'data'>) {
    const reason =
      timeMs > 0
        ? `did not end within the ${Math.ceil(timeMs)} ms that it had: what it did is unknown. Ask for its state before you repeat it.`
        : 'was not begun: the time for it was over already. Allow more time.'
    super(`${operation} ${reason}`, { ...options, data: { operation, timeMs } })
  }

  // Written for who waits: it tells of nothing behind us.
  protected override get defaultPublicMessage(): string {
    return this.message
  }
}

/** A race for the same object outlasted its bounded retries. */
export class ContentionException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  static override readonly status: number = 503
}

/** We shed this request, untouched, so that the others stay fast. */
export class OverloadedException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  static override readonly status: number = 503
  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}
