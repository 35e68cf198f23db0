import { ConflictException, type Exception, ServiceUnavailableException } from 'evenkeel'
import {
  type Action,
  ActionCancelledException,
  type ActionEnd,
  type Clock,
  LockedException,
  type StartOptions,
  systemClock,
  WatchedException,
} from 'evenkeel/actions'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { AddressPoolExhaustedException } from '../records/addresses.ts'
import { ObjectBusyException } from '../records/busy.ts'
import type { Records } from '../records/database.ts'
import { findAnyProjectAction } from '../records/project-actions.ts'
import type { Db } from '../records/tables.ts'
import type { PanelWorld } from './define.ts'
import type { UnderKey } from './earlier-start.ts'
import { NothingToDoException } from './nothing-to-do.ts'
import type { PanelActions } from './panel-actions.ts'
import { reasonOf } from './reason.ts'
import { wordsOf } from './words.ts'

export interface PerformOptions extends Pick<StartOptions, 'signal' | keyof UnderKey> {
  /**
   * `admitted`: it is certain to end from then on, and its object shows what is under way. `ended`: it has ended, unless that
   * takes longer than a caller waits, or the panel is stopped: then it goes on, and the object shows it.
   */
  readonly until: 'admitted' | 'ended'
}

export interface Performed {
  readonly actionId: string
  /** What it is about: of a creation under an idempotency key, what the first request has made. */
  readonly objectUuid: string
}

/**
 * Starts an action for somebody who waits for the answer. What another action works on is waited for, and the request is
 * then judged by the state that it finds.
 *
 * @returns undefined where there is nothing to do
 * @throws {ObjectBusyException} something else runs on the object for longer than a caller waits: nothing was begun
 * @throws {NotDoneException | CalledOffException} it was rolled back while its caller waited
 * @throws what the action's `admit` throws: nothing was begun
 */
export type Perform = <Request, Input, Output>(
  action: Action<Request, Input, Output, PanelWorld, Db>,
  request: Request,
  options: PerformOptions,
) => Promise<Performed | undefined>

/** Another action holds the object's lock, or waits for it. */
export class ObjectLockedException extends ObjectBusyException {}

/** An action has ended whose effect may still come late: its lock is kept until that is certain. */
export class ObjectWatchedException extends ObjectBusyException {}

/** An action was rolled back while its caller waited: all is as it was before. */
export class NotDoneException extends ServiceUnavailableException<{ incident: string }> {
  static override readonly isRetryForCallers = true

  constructor(reason: string, incident: string, cause: Exception) {
    const sentence = reason.charAt(0).toUpperCase() + reason.slice(1)
    const message = `${sentence} All is as it was before. Please try again in a few seconds. (incident ${incident})`
    super(message, { cause, data: { incident }, publicMessage: message, retry: 'safe', retryAfterMs: 2000 })
  }
}

/** An action was called off while its caller waited: all is as it was before. */
export class CalledOffException extends ConflictException<{ action: string }> {
  constructor(action: string, cause: Exception) {
    super(`The action ${action} was called off before it was done: all is as it was before.`, {
      cause,
      data: { action },
    })
  }
}

export interface PerformerOptions {
  readonly actions: PanelActions
  readonly records: Records
  /** How long a caller waits, for its turn and for the end together, in milliseconds. @default 30_000 */
  readonly waitMs?: number
  /** Aborted when the actions are paused: from then on nobody waits. @default nobody is sent away */
  readonly stopping?: AbortSignal
  readonly clock?: Clock
}

/** How long a caller rests before it is judged again, where no end can be waited for, in milliseconds. */
const restMsMin = 10
const restMsMax = 1_000

export function performer({
  actions,
  records,
  waitMs = 30_000,
  stopping = new AbortController().signal,
  clock = systemClock,
}: PerformerOptions): Perform {
  return async (action, request, { until, ...options }) => {
    const untilMs = clock.now() + waitMs
    const left = () => Math.max(0, untilMs - clock.now())
    const { signal = stopping } = options
    const over = AbortSignal.any([signal, stopping])
    const patience = async <T>(promise: Promise<T>) => inTime(promise, clock, left(), over)

    const waitedFor = new Set<string>()
    let restMs = restMsMin
    for (;;) {
      try {
        const { id, end } = await actions.start(action, request, { ...options, waitMs: left() })
        const performed = {
          actionId: id,
          objectUuid: (await findAnyProjectAction(records.read, id))?.objectUuid ?? '',
        }
        if (until === 'ended') throwUnlessDone(await patience(end))
        return performed
      } catch (thrown) {
        if (thrown instanceof NothingToDoException) return undefined
        const busyWith = thrown instanceof ObjectBusyException ? thrown.data.action : undefined
        if (busyWith === undefined || left() === 0) throw await asTheCustomerKnowsIt(thrown)
        const end = waitedFor.has(busyWith) ? undefined : actions.endOf(busyWith)
        if (end !== undefined) {
          waitedFor.add(busyWith)
          await patience<unknown>(end)
        } else {
          // Admitted in this very moment, so that the engine has not begun it yet; or there is nobody to wait for.
          await patience(clock.sleep(restMs))
          restMs = Math.min(2 * restMs, restMsMax)
        }
      }
    }
  }

  /** The engine speaks of locks; a customer's server is busy with something that has a name. */
  async function asTheCustomerKnowsIt(thrown: unknown): Promise<unknown> {
    if (thrown instanceof LockedException) {
      const { lock, action, actionId, sinceMs } = thrown.data
      const since = timeOf(sinceMs)
      const occupation = {
        ...(await occupant(lock, actionId)),
        change: `busy with ${wordsOf(action)}`,
        since,
      }
      return new ObjectLockedException(occupation, { cause: thrown })
    }
    if (thrown instanceof WatchedException) {
      const { lock, action, actionId, untilMs } = thrown.data
      const change = `being watched until ${timeOf(untilMs)} for a late effect of ${wordsOf(action)}, whose answer was lost`
      const { retryAfterMs } = thrown
      const occupation = { ...(await occupant(lock, actionId)), change, since: undefined }
      return new ObjectWatchedException(occupation, {
        cause: thrown,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      })
    }
    return thrown
  }

  async function occupant(lock: string, actionId: string) {
    const initiator = (await findAnyProjectAction(records.read, actionId))?.initiator
    return { object: objectOf(lock), actionId, initiator }
  }
}

function throwUnlessDone(end: ActionEnd<unknown> | undefined): void {
  if (end?.kind !== 'rolled-back') return
  const { cause, actionId } = end
  if (cause instanceof ActionCancelledException) throw new CalledOffException(actionId, cause)
  const isToldAsItIs =
    cause.category === 'client' ||
    cause instanceof NoCapacityException ||
    cause instanceof AddressPoolExhaustedException
  throw isToldAsItIs ? cause : new NotDoneException(reasonOf(cause), actionId, cause)
}

/** What the promise comes to, or undefined when the time is over or nobody may wait any more. */
async function inTime<T>(
  promise: Promise<T>,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const over = new AbortController()
  const timeIsUp = clock.sleep(ms, AbortSignal.any([over.signal, signal])).then(() => undefined)
  try {
    return await Promise.race([promise, timeIsUp])
  } finally {
    over.abort()
  }
}

/** `server:3f0c…` in words: `Server 3f0c…`. */
function objectOf(lock: string): string {
  const [kind = '', id = ''] = lock.split(/:(.*)/)
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll('-', ' ')} ${id}`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
