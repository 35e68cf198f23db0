import type { ActionView, AttemptView, StepView } from 'evenkeel/actions'

/** A stretch of the timeline, in percent of its width. */
export interface Stretch {
  readonly leftPercent: number
  readonly widthPercent: number
  readonly tone: 'done' | 'failed' | 'unknown' | 'running'
}

/** A step, or its undo, as a line of the timeline. */
export interface TimelineRow {
  readonly step: StepView
  readonly attempts: readonly AttemptView[]
  /** One per attempt. */
  readonly stretches: readonly Stretch[]
  /** Whether nothing more will happen in this line. */
  readonly isSettled: boolean
}

/** An action in time: forward above, and below, mirrored, how it was taken back. */
export interface Timeline {
  /** From the action's start to its end, or to the present. */
  readonly durationMs: number
  /** How much later the last thing was done that was left over at the end; 0 if there was nothing. */
  readonly aftermathMs: number
  /** Where the end lies. What comes after has a scale of its own: it may take a thousand times as long. */
  readonly endPercent: number
  readonly steps: readonly TimelineRow[]
  /** In the order in which they are undone; what is still owed comes last. */
  readonly rollback: readonly TimelineRow[]
}

/** What of an action its timeline is made of. */
type ActionInTime = Pick<ActionView, 'state' | 'steps' | 'startedAtMs' | 'endedAtMs'>

const unsettled: ReadonlySet<StepView['state']> = new Set([
  'running',
  'unknown',
  'undoing',
  'deferred',
  'residue',
])

/** Lays an action out in time. @param nowMs the server's time, up to which an unfinished attempt reaches */
export function timelineOf(action: ActionInTime, nowMs: number): Timeline {
  // The page's present moves on by whole seconds: what was done since lies after it.
  const presentMs = Math.max(nowMs, ...action.steps.flatMap(knownTimesOf))
  const { startedAtMs, endedAtMs: endMs = presentMs } = action
  const attemptEnds = action.steps.flatMap(({ attempts, undo }) => [
    ...attempts.map(({ endedAtMs }) => endedAtMs ?? undo[0]?.startedAtMs ?? presentMs),
    ...undo.map(({ endedAtMs }) => endedAtMs ?? presentMs),
  ])
  // An action without any length would have no place to put its stretches.
  const durationMs = Math.max(1, endMs - startedAtMs)
  const aftermathMs = Math.max(0, ...attemptEnds.map(ms => ms - endMs))
  const endPercent = aftermathMs === 0 ? 100 : 80
  const percentAt = (ms: number) =>
    ms <= endMs
      ? (endPercent * (ms - startedAtMs)) / durationMs
      : endPercent + ((100 - endPercent) * (ms - endMs)) / aftermathMs
  const rowOf = (
    step: StepView,
    attempts: readonly AttemptView[],
    isSettled: boolean,
    interruptedAtMs?: number,
  ): TimelineRow => ({
    step,
    attempts,
    isSettled,
    stretches: attempts.map(attempt => {
      const leftPercent = percentAt(attempt.startedAtMs)
      const widthPercent = percentAt(attempt.endedAtMs ?? interruptedAtMs ?? presentMs) - leftPercent
      const isInterrupted = attempt.endedAtMs === undefined && interruptedAtMs !== undefined
      return { leftPercent, widthPercent, tone: isInterrupted ? 'unknown' : toneOf(attempt) }
    }),
  })

  const isUndone = ({ undo, state }: StepView) =>
    undo.length > 0 || (isRollingBack(action) && owesUndo.has(state))
  return {
    durationMs,
    aftermathMs,
    endPercent,
    steps: action.steps.map(step =>
      rowOf(
        step,
        step.attempts,
        step.state !== 'running' && step.state !== 'unknown',
        step.undo[0]?.startedAtMs,
      ),
    ),
    rollback: action.steps
      .filter(step => !step.isPastPivot && isUndone(step))
      .sort((a, b) => firstUndoMs(a) - firstUndoMs(b) || b.startedAtMs - a.startedAtMs)
      .map(step => rowOf(step, step.undo, !unsettled.has(step.state) && !isStillOwed(step))),
  }
}

const owesUndo: ReadonlySet<StepView['state']> = new Set([
  'done',
  'unknown',
  'undoing',
  'deferred',
  'residue',
  'forgotten',
])

function knownTimesOf({ attempts, undo }: StepView): readonly number[] {
  return [...attempts, ...undo].map(({ startedAtMs, endedAtMs }) => endedAtMs ?? startedAtMs)
}

function isStillOwed({ undo, state }: StepView): boolean {
  return undo.length === 0 && state !== 'forgotten'
}

function isRollingBack({ state }: ActionInTime): boolean {
  return state === 'rolling-back' || state === 'rolled-back'
}

function firstUndoMs({ undo }: StepView): number {
  return undo[0]?.startedAtMs ?? Number.POSITIVE_INFINITY
}

function toneOf({ endedAtMs, effect }: AttemptView): Stretch['tone'] {
  if (endedAtMs === undefined) return 'running'
  if (effect === 'done') return 'done'
  return effect === 'unknown' ? 'unknown' : 'failed'
}
