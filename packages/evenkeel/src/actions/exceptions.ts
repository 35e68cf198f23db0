import {
  ConflictException,
  ContentionException,
  DependencyException,
  GatewayTimeoutException,
  InternalException,
  type PublicData,
  type RetrySafety,
  ServiceUnavailableException,
  ValidDiscardingRequestException,
} from '../exceptions/index.ts'

/** A system has no hands free, or another operation runs on the object: nothing happened, and another attempt may succeed. */
export class BusyException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** A system said no: nothing happened, and another attempt would find the same. */
export class RefusedException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  protected override get defaultRetry(): RetrySafety {
    return 'unsafe'
  }
}

/** A system accepted, and the object ended in an error state. */
export class BrokenObjectException extends DependencyException<{ object: string; fault: string }> {
  constructor(object: string, fault: string) {
    super(`${object} ended in an error state: ${fault}`, { data: { object, fault } })
  }
}

/** A step's effect did not answer within its time: what it did is unknown. */
export class StepTimeoutException extends GatewayTimeoutException<{ step: string }> {
  constructor(step: string, timeoutMs: number) {
    super(`${step} did not answer within ${timeoutMs} ms: what it did is unknown.`, { data: { step } })
  }
}

/** What a step waits for did not come about in time. */
export class StepWaitTimeoutException extends GatewayTimeoutException<{ step: string }> {
  constructor(step: string, waitMs: number, cause?: unknown) {
    super(`${step} was accepted and is not done after ${waitMs} ms.`, { data: { step }, cause })
  }
}

/** A system stayed busy for all attempts of a step. */
export class StepBusyException extends ContentionException<{ step: string; attempts: number }> {
  constructor(step: string, attempts: number, cause: unknown) {
    super(`${step} met a busy system at each of ${attempts} attempts.`, { data: { step, attempts }, cause })
  }
}

/** Someone called the action off; it is rolled back. */
export class ActionCancelledException extends ValidDiscardingRequestException<{ reason: string }> {
  constructor(reason: string) {
    super(`Cancelled: ${reason}.`, { data: { reason } })
  }
}

/** What an action needs is held by another one, for longer than the caller could wait. Nothing was admitted. */
export class LockedException extends ContentionException<{
  lock: string
  action: string
  actionId: string
  sinceMs: number
}> {
  constructor(lock: string, action: string, actionId: string, sinceMs: number) {
    super(
      `${lock} is held by ${action} ${actionId}, since ${new Date(sinceMs).toISOString()}. Nothing was begun.`,
      {
        data: { lock, action, actionId, sinceMs },
        retry: 'safe',
      },
    )
  }
}

/** What an action needs is being watched for a late effect of an earlier one. Nothing was admitted. */
export class WatchedException extends ContentionException<{
  lock: string
  action: string
  actionId: string
  untilMs: number
}> {
  constructor(lock: string, action: string, actionId: string, untilMs: number, nowMs: number) {
    super(
      `${lock} is watched until ${new Date(untilMs).toISOString()}, because an answer to ${action} ${actionId} was lost and its effect may still come. Nothing was begun.`,
      {
        data: { lock, action, actionId, untilMs },
        retry: 'safe',
        retryAfterMs: Math.max(0, untilMs - nowMs),
      },
    )
  }
}

/** Its caller went away while it waited for its locks: nothing was admitted. */
export class GaveUpWaitingException extends ValidDiscardingRequestException {
  constructor(action: string) {
    super(`The caller of ${action} went away while it waited for its turn. Nothing was begun.`)
  }
}

/** An idempotency key was used before, for something else. Nothing was begun. */
export class IdempotencyKeyReusedException extends ConflictException<{
  differs: 'action' | 'request'
  action: string
  actionId: string
}> {
  /**
   * @param earlier what was started under the key
   * @param action what was to be started now
   */
  constructor(key: string, earlier: { readonly action: string; readonly actionId: string }, action: string) {
    const differs = earlier.action === action ? 'request' : 'action'
    const now = differs === 'action' ? `this is ${action}` : 'this request has another content'
    super(
      `The idempotency key ${key} was used for ${earlier.action} (${earlier.actionId}), and ${now}. Nothing was begun. Repeat a request as it was, or give a new one a key of its own.`,
      { data: { differs, action: earlier.action, actionId: earlier.actionId } },
    )
  }
}

/** An action was started under an idempotency key, and how it ended can't be told any more. What it did stands. */
export class EndForgottenException extends InternalException<{ action: string; actionId: string }> {
  constructor(action: string, actionId: string, why: string, cause?: unknown) {
    super(
      `How ${action} ${actionId} ended can not be told: ${why}. Look at what it was to do; keep closed histories longer than idempotency keys.`,
      { data: { action, actionId }, cause },
    )
  }
}

/** The engine is stopping and admits nothing any more: nothing was begun. */
export class ActionsStoppingException extends ServiceUnavailableException {
  static override readonly isRetryForCallers = true

  constructor(action: string) {
    const message = 'The service is restarting. Nothing was begun; please try again in a few seconds.'
    super(`${action} was not admitted: ${message}`, {
      retry: 'safe',
      retryAfterMs: 5_000,
      publicMessage: message,
    })
  }
}

/** What a poll asked for had not come about when its time was over. */
export class PollTimeoutException extends GatewayTimeoutException<{ step: string; withinMs: number }> {
  constructor(step: string, withinMs: number, cause?: unknown) {
    const last = cause === undefined ? 'The last answer was "not yet"' : 'The last question failed'
    super(`${step} had no answer within ${withinMs} ms of its first question. ${last}.`, {
      data: { step, withinMs },
      cause,
    })
  }
}

/** An action's deadline passed before it was done, or past its pivot; it is rolled back. */
export class ActionDeadlineException extends GatewayTimeoutException<{ action: string; deadlineMs: number }> {
  /** @param deadlineMs how long it had from its admission, in milliseconds */
  constructor(action: string, deadlineMs: number) {
    super(`${action} was not done within the ${deadlineMs} ms that it had: it is rolled back.`, {
      data: { action, deadlineMs },
    })
  }
}

/** `run` asked for something else than the journal tells: the action is rolled back from what was journaled. */
export class NonDeterministicActionException extends InternalException<{
  action: string
  path: string
  expected: string
  asked: string
}> {
  /**
   * @param expected what the journal tells
   * @param asked what `run` did instead
   */
  constructor(action: string, path: string, expected: string, asked: string) {
    super(
      `${action} is not deterministic at ${path}: the journal has ${expected}, but ${asked}. Take time, chance and ids from the context, and count the version up when run changes.`,
      { data: { action, path, expected, asked } },
    )
  }
}

/** An action was begun by a version whose code this release does not have: it is rolled back from what was journaled. */
export class UnknownVersionException extends InternalException<{
  action: string
  version: number
  known: readonly number[]
}> {
  constructor(action: string, version: number, known: readonly number[]) {
    super(
      `${action} was begun by version ${version}, and this release has ${known.join(', ')}: it is rolled back. Register version ${version} beside it, and what it began goes on.`,
      { data: { action, version, known } },
    )
  }
}

/** What a step has done can't be undone, looked up or finished, because its code is nowhere in this release. */
export class UnknownStepException extends InternalException<{
  action: string
  path: string
  step: string
  version: number
}> {
  constructor(action: string, path: string, step: string, version: number, isAmbiguous = false) {
    const what = isAmbiguous
      ? 'other actions have different steps of that name and version'
      : 'no action has it'
    super(
      `${action}: the code of ${path}, the step ${step} in version ${version}, can't be found: ${what}. List it in the action's \`retired\` steps and start again, or forget what it left.`,
      { data: { action, path, step, version } },
    )
  }
}

/** An action uses the engine in a way that can't work. */
export class ActionMisuseException extends InternalException<{ action: string; path: string }> {
  constructor(action: string, path: string, what: string, cause?: unknown) {
    super(`${action}: ${path} ${what}`, { data: { action, path }, cause })
  }
}

/** The journal and the database don't belong together, or the journal can't be read. The engine does not start. */
export class JournalMismatchException extends InternalException {}

/** The journal can't be written. Actions wait where they are, nothing is lost, and writing is tried again. */
export class JournalWriteException extends DependencyException<{ path: string }> {
  constructor(path: string, reason: string) {
    super(
      `The actions' journal ${path} can not be written: ${reason}. Make room or mend the disk; actions go on by themselves.`,
      { data: { path } },
    )
  }
}
