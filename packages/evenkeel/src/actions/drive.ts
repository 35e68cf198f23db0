import type { Json } from '../exceptions/exception.ts'
import { type Exception, toException } from '../exceptions/index.ts'
import { sleepUntil } from '../filters/clock.ts'
import type { Service } from '../filters/service.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { ActionEnd } from './action.ts'
import { endFrom } from './action-end.ts'
import { locksWatchedUntil, tendAftermath, watchesToOpen } from './aftermath.ts'
import { backoffMs } from './backoff.ts'
import { conform } from './conform.ts'
import { Interruption } from './effect.ts'
import { ActionDeadlineException, UnknownVersionException } from './exceptions.ts'
import { type ForwardEnd, runForward } from './forward.ts'
import { hasEnded } from './history.ts'
import { toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'
import { finishPastPivot } from './past-pivot.ts'
import { rollBack, undoFailed } from './rollback.ts'

/** An action on its way through the engine's filters. */
export interface ActionRun {
  readonly id: TxId
  readonly name: string
}

export interface DriveOptions {
  /** Runs the work inside the filters, as a transaction. */
  readonly run: (work: Service<ActionRun, unknown>) => Promise<unknown>
  readonly onEnded: (end: ActionEnd<unknown>) => void
}

/**
 * Takes an action from wherever its history is to its end, and then looks after what is left over, until the
 * history is closed.
 *
 * @throws {Interruption} at a shutdown: the next start goes on
 */
export async function drive<World, Db>(
  live: LiveAction<World, Db>,
  { run, onEnded }: DriveOptions,
): Promise<void> {
  if (!hasEnded(live.history)) {
    const interrupted = Promise.withResolvers<never>()
    const running = run(async () => {
      const end = await untilInterrupted(reachEnd(live), interrupted)
      onEnded(end)
      // A transaction's outcome is what its service throws: a rolled-back action counts under its cause.
      if (end.kind === 'rolled-back') throw end.cause
    })
    const counted = running.catch((thrown: unknown) => {
      // What an action was rolled back for has been counted and logged. Anything else is the engine's matter.
      if (!hasEnded(live.history)) throw thrown
    })
    await Promise.race([interrupted.promise, counted])
  }
  await tendAftermath(live)
}

/** A shutdown is no outcome: the filters around never get to see one. */
async function untilInterrupted<T>(work: Promise<T>, interrupted: PromiseWithResolvers<never>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (!(thrown instanceof Interruption)) throw thrown
    interrupted.reject(thrown)
    return new Promise<never>(() => {})
  }
}

async function reachEnd<World, Db>(live: LiveAction<World, Db>): Promise<ActionEnd<unknown>> {
  if (live.history.state === 'running') await goForward(live)
  if (live.history.state === 'past-pivot') {
    await finishPastPivot(live)
    await undoFailed(live)
    await live.append({ kind: 'ending', end: { kind: 'succeeded' } })
  }
  if (live.history.state === 'rolling-back') {
    await rollBack(live)
    const { cause } = live.history
    if (cause === undefined) throw new TypeError(`action ${live.history.id} is rolled back for no cause`)
    await live.append({ kind: 'ending', end: { kind: 'rolled-back', cause } })
  }
  return settle(live)
}

async function goForward<World, Db>(live: LiveAction<World, Db>): Promise<void> {
  const { version, name } = live.history
  if (version !== live.action.definition.version)
    return failed(live, new UnknownVersionException(name, version, live.parts.registry.versionsOf(name)))
  const end = await forwardUntilDeadline(live)
  if (live.history.state !== 'running') return // past its pivot
  const { cause: cancelled } = live.history
  if (cancelled !== undefined) return live.append({ kind: 'rolling-back', cause: cancelled })
  switch (end.kind) {
    case 'interrupted':
      throw new Interruption() // by a shutdown, since nobody cancelled
    case 'failed':
      return failed(live, end.cause)
    case 'returned':
      return returned(live, end.output)
  }
}

/** The way forward, with the action's deadline over it: from its admission on, whatever became of the process. */
async function forwardUntilDeadline<World, Db>(live: LiveAction<World, Db>): Promise<ForwardEnd> {
  const { deadlineAtMs, startedAtMs, cause } = live.history
  // Called off already: then the process ended before the rollback had begun.
  if (cause !== undefined) return { kind: 'interrupted' }
  if (deadlineAtMs === undefined) return runForward(live)
  const isOver = new AbortController()
  const callOff = () =>
    live.callOff(new ActionDeadlineException(live.action.name, deadlineAtMs - startedAtMs))
  if (live.parts.clock.now() >= deadlineAtMs) await callOff()
  void sleepUntil(deadlineAtMs, live.parts.clock, isOver.signal)
    .then(() => (isOver.signal.aborted ? undefined : callOff()))
    .catch((error: unknown) => live.journalFailed(error))
  try {
    return await runForward(live)
  } finally {
    isOver.abort()
  }
}

async function returned<World, Db>(live: LiveAction<World, Db>, output: unknown): Promise<void> {
  const { name, definition } = live.action
  let json: Json
  try {
    json = conform(output, definition.output, live.parts.encoding, {
      action: name,
      path: name,
      what: 'output',
    }).json
  } catch (thrown) {
    return failed(live, toException(thrown))
  }
  await undoFailed(live)
  const { cause: cancelled } = live.history
  if (cancelled !== undefined) return live.append({ kind: 'rolling-back', cause: cancelled })
  return live.append({ kind: 'ending', end: { kind: 'succeeded', output: json } })
}

function failed<World, Db>(live: LiveAction<World, Db>, cause: Exception): Promise<void> {
  live.cause = cause
  return live.append({ kind: 'rolling-back', cause: toJournaled(cause) })
}

/** The end: records and quota in one database transaction, then the journal, then the locks. */
async function settle<World, Db>(live: LiveAction<World, Db>): Promise<ActionEnd<unknown>> {
  const end = endOf(live)
  await commitEnd(live, end)
  // Not awaited: that it has ended is durable in the database, and whatever the locks let begin is written later.
  live.append({ kind: 'ended' }, ...watchesToOpen(live)).catch((error: unknown) => live.journalFailed(error))
  const keptUntilMs = locksWatchedUntil(live)
  if (keptUntilMs === undefined) live.parts.locks.release(live.history.id)
  else live.parts.locks.keepForWatch(live.history.id, keptUntilMs)
  return end
}

/** Tried for as long as it takes: an action whose end isn't recorded has not ended. */
async function commitEnd<World, Db>(live: LiveAction<World, Db>, end: ActionEnd<unknown>): Promise<void> {
  const { database, report, random, shutdown } = live.parts
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction(async db => {
        // The row goes with the commit of onEnd: if it is gone, onEnd has been committed before.
        const isFirst = await database.removeAdmitted(db, live.history.id)
        if (isFirst) await live.action.definition.onEnd(end, live.input, db)
      })
    } catch (thrown) {
      const exception = toException(thrown)
      report(exception, live.action.name, live.history.id)
      await live.sleep(backoffMs(attempt, random(), exception), shutdown)
    }
  }
}

function endOf<World, Db>(live: LiveAction<World, Db>): ActionEnd<unknown> {
  const { history, action, parts, cause } = live
  const end = endFrom(history, action, parts, parts.clock.now())
  // The exception itself, while it is at hand: it has a stack and causes, the journal only their words.
  return end.kind === 'rolled-back' && cause !== undefined ? { ...end, cause } : end
}
