import type { Exception } from '../exceptions/exception.ts'
import { backoffMs } from './backoff.ts'
import { Interruption } from './effect.ts'
import type { JournalEvent } from './engine/journal.ts'
import { UnknownStepException } from './exceptions.ts'
import { type ActionHistory, isUnknown, type StepHistory, type Watch } from './history.ts'
import type { LiveAction } from './live-action.ts'
import { finishStep } from './past-pivot.ts'
import { residueAfter } from './residue.ts'
import { sweep, undoAttemptsMax, undoStep } from './undo.ts'

/**
 * What is to be looked after once an action has ended: late watches, residue, and what waits until there is
 * neither. Returns when all of it is done and the history is closed.
 *
 * @throws {Interruption} at a shutdown; the next start goes on from there
 */
export async function tendAftermath<World, Db>(live: LiveAction<World, Db>): Promise<void> {
  const { clock, locks } = live.parts
  for (;;) {
    const due = nextDue(live.history)
    if (due === undefined) break
    if (due.atMs > clock.now()) {
      await live.waitForDue(due.atMs)
      continue // an operator may have changed meanwhile what is due
    }
    if (due.kind === 'watch') await look(live, due.path)
    else await retry(live, due.path)
    // (a look may find its watch closed meanwhile, because its lock was handed over)
    if (![...live.history.steps.values()].some(step => step.watch !== undefined))
      locks.release(live.history.id)
  }
  const deferred = [...live.history.steps.values()].filter(step => step.isDeferred)
  if (deferred.length > 0) await untilOlderAreClosed(live)
  for (const { path } of deferred) {
    if (live.step(path).isPastPivot) await finishStep(live, path)
    else await undoOrLeave(live, path, undoAttemptsMax)
  }
  if (nextDue(live.history) !== undefined) return tendAftermath(live)
  await live.append({ kind: 'closed' })
}

/**
 * Waits until no earlier action on the same locks has anything left over: a late effect of a server's creation may
 * still use the address that its deletion is about to give back. Only older ones are waited for, so nobody waits in a circle.
 */
async function untilOlderAreClosed<World, Db>(live: LiveAction<World, Db>): Promise<void> {
  const { shutdown, live: others } = live.parts
  const locks = new Set(live.history.locks)
  const older = [...others.values()].filter(
    ({ history }) => history.id < live.history.id && history.locks.some(lock => locks.has(lock)),
  )
  const stopped = Promise.withResolvers<void>()
  const stop = () => stopped.resolve()
  shutdown.addEventListener('abort', stop)
  await Promise.race([stopped.promise, Promise.all(older.map(({ closed }) => closed.promise))])
  shutdown.removeEventListener('abort', stop) // It outlives the action, and would keep it.
  if (shutdown.aborted) throw new Interruption()
}

/** How long a request may come a second time after its effect was seen, in settle times. */
const duplicateSettles = 5

/**
 * The watches that an ending action opens: for every step with an attempt that was ever unknown and whose effect
 * can be found. Each lasts for `watchMs` from the last such attempt, and has at least one look. A change whose effect
 * was seen is watched for a moment only: all that can come is the same request again (docs/decisions/0005).
 */
export function watchesToOpen<World, Db>(live: LiveAction<World, Db>): readonly JournalEvent[] {
  const { clock, settleMs, watchMs } = live.parts
  const now = clock.now()
  return [...live.history.steps.values()].flatMap(step => {
    const { find, changes } = live.codeIfKnown(step.path)?.definition ?? {}
    if (step.isPastPivot || find === undefined) return []
    const sinceMs = lastUnknownMs(step)
    if (sinceMs === undefined) return []
    const isSeen = changes && !hasUnseenEffect(step)
    const lastsMs = isSeen ? Math.min(watchMs, duplicateSettles * settleMs) : watchMs
    // Once the lock is gone, what is found is somebody else's change.
    if (isSeen && sinceMs + lastsMs <= now) return []
    const untilMs = Math.max(now, sinceMs + lastsMs)
    return [
      {
        kind: 'watch-opened' as const,
        path: step.path,
        untilMs,
        nextLookMs: Math.min(untilMs, now + settleMs),
      },
    ]
  })
}

/**
 * Until when the action's locks must outlive it, because a late effect could overwrite what the next action
 * does: the answer to a step that changes something was lost.
 */
export function locksWatchedUntil<World, Db>(live: LiveAction<World, Db>): number | undefined {
  const untils = [...live.history.steps.values()].flatMap(step => {
    const isChange = live.codeIfKnown(step.path)?.definition.changes === true
    return isChange && step.watch !== undefined ? [step.watch.untilMs] : []
  })
  return untils.length === 0 ? undefined : Math.max(...untils)
}

function hasUnseenEffect({ attempts, output, undo }: StepHistory): boolean {
  const unknown = attempts.filter(isUnknown).length
  const isFound = output !== undefined && attempts.every(({ effect }) => effect !== 'done')
  return unknown - (isFound ? 1 : 0) > 0 || undo.some(isUnknown)
}

function lastUnknownMs({ attempts, undo }: StepHistory): number | undefined {
  const last = [...attempts, ...undo]
    .filter(isUnknown)
    .map(({ startedAtMs, endedAtMs }) => endedAtMs ?? startedAtMs)
  return last.length === 0 ? undefined : Math.max(...last)
}

interface Due {
  readonly kind: 'watch' | 'residue'
  readonly path: string
  readonly atMs: number
}

function nextDue(history: ActionHistory): Due | undefined {
  const dues = [...history.steps.values()].flatMap(({ path, watch, residue }): Due[] => [
    ...(watch === undefined ? [] : [{ kind: 'watch' as const, path, atMs: watch.nextLookMs }]),
    ...(residue === undefined ? [] : [{ kind: 'residue' as const, path, atMs: residue.nextTryMs }]),
  ])
  return dues.sort((a, b) => a.atMs - b.atMs)[0]
}

/** Asks `find` again: every object under the key but the one that the journal keeps is undone. */
async function look<World, Db>(live: LiveAction<World, Db>, path: string): Promise<void> {
  const { watch } = live.step(path)
  if (watch === undefined) return
  const { clock, settleMs } = live.parts
  const removed: string[] = []
  const failure = await lookAndRemove(live, path, watch, removed)
  const isLast = clock.now() >= watch.untilMs
  // Looks grow apart: the later, the less likely.
  const nextLookMs = Math.min(watch.untilMs, clock.now() + settleMs * 2 ** (watch.looks + 1))
  await live.append(
    ...removed.map(object => ({ kind: 'removed' as const, path, object })),
    isLast ? { kind: 'watch-closed', path } : { kind: 'watch-looked', path, nextLookMs },
  )
  if (failure !== undefined && isLast && live.step(path).residue === undefined)
    await residueAfter(live, path, failure)
}

/** @returns what resisted; at the last look only after bounded tries, as with any undo */
async function lookAndRemove<World, Db>(
  live: LiveAction<World, Db>,
  path: string,
  { untilMs }: Watch,
  removed: string[],
): Promise<Exception | undefined> {
  const { clock, random, shutdown } = live.parts
  const step = live.codeIfKnown(path)
  if (step === undefined) return live.unknownStep(path)
  const keep = keptObject(live, path)
  for (let tries = 1; ; tries++) {
    const failure = await sweep(live, step, path, { keep, onRemoved: id => removed.push(id) })
    const isLast = clock.now() >= untilMs
    if (failure === undefined || !isLast || tries >= undoAttemptsMax) return failure
    await live.sleep(backoffMs(tries, random(), failure), shutdown)
  }
}

async function retry<World, Db>(live: LiveAction<World, Db>, path: string): Promise<void> {
  const { isPastPivot, residue } = live.step(path)
  const step = live.codeIfKnown(path)
  // A release has its code again, and with it is known that it has to wait until all else is clean.
  if (step?.definition.onlyWhenClean && residue?.exception.exception === UnknownStepException.name)
    return live.append({ kind: 'residue-cleared', path }, { kind: 'deferred', path })
  if (isPastPivot) return finishStep(live, path)
  const kept = keptObject(live, path)
  if (kept === undefined || step === undefined) return undoOrLeave(live, path)
  const failure = await sweep(live, step, path, { keep: kept })
  if (failure === undefined) await live.append({ kind: 'residue-cleared', path })
  else await residueAfter(live, path, failure)
}

async function undoOrLeave<World, Db>(
  live: LiveAction<World, Db>,
  path: string,
  attemptsMax = 1,
): Promise<void> {
  const failure = await undoStep(live, path, attemptsMax)
  if (failure !== undefined) await residueAfter(live, path, failure)
  else if (live.step(path).residue !== undefined) await live.append({ kind: 'residue-cleared', path })
}

/** The object that stays: the one that the journal has, if the action succeeded. */
function keptObject<World, Db>(live: LiveAction<World, Db>, path: string): string | undefined {
  const { state } = live.history
  const { output } = live.step(path)
  if (state !== 'succeeded' || output === undefined) return undefined
  const id = (output as { readonly id?: unknown }).id
  return typeof id === 'string' ? id : undefined
}
