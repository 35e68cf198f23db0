import type { StepView } from 'evenkeel/actions'
import { type AttemptRun, attemptRuns } from '../actions/attempt-runs.ts'
import type { Stretch, Timeline, TimelineRow } from '../actions/timeline.ts'
import { duration } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Badge } from '../ui/badge.tsx'
import { Copy } from '../ui/copy.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { PastTime } from '../ui/past-time.tsx'
import { effectWords, type StateLook, stepLooks } from './action-words.ts'

export interface StepTimelineProps {
  label: string
  rows: readonly TimelineRow[]
  /** Whether effects are shown, or their undo. */
  side: 'forward' | 'back'
  scale: Pick<Timeline, 'durationMs' | 'aftermathMs' | 'endPercent'>
}

const columns = 'grid gap-x-4 gap-y-1 px-3 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]'

const tones: Record<Stretch['tone'], string> = {
  done: 'border-good bg-good-soft',
  failed: 'border-bad bg-bad-soft',
  unknown: 'border-warn bg-warn-soft',
  running: 'border-accent bg-accent-soft border-dashed breathing',
}

/** Steps in the order in which they began, each with its attempts laid out in time. */
export function StepTimeline({ label, rows, side, scale }: StepTimelineProps) {
  return (
    <div className="rounded border">
      <Scale {...scale} />
      <ol aria-label={label}>
        {rows.map(row => (
          <li key={row.step.path} className={`border-t py-2 ${columns}`}>
            <StepText row={row} side={side} />
            <Bar row={row} side={side} endPercent={scale.endPercent} />
          </li>
        ))}
        {rows.length === 0 && <li className="border-t px-3 py-4 text-muted">No step has begun yet.</li>}
      </ol>
    </div>
  )
}

/** How long what is seen below took: to the action's end, and, on a scale of its own, what came after. */
function Scale({ durationMs, aftermathMs, endPercent }: StepTimelineProps['scale']) {
  return (
    <div className={`rounded-t bg-raised py-1 text-sm text-muted ${columns}`}>
      <span className="max-lg:hidden">Step and attempts</span>
      <span className="flex">
        <span className="flex justify-between" style={{ width: `${endPercent}%` }}>
          <span>0</span>
          <span className="pr-1.5">{duration(durationMs)}</span>
        </span>
        {aftermathMs > 0 && (
          <span className="flex-1 text-right whitespace-nowrap" title="after its end">
            + {duration(aftermathMs)}
          </span>
        )}
      </span>
    </div>
  )
}

function StepText({ row: { step, attempts }, side }: { row: TimelineRow; side: StepTimelineProps['side'] }) {
  const { word, tone, isOpen } = side === 'forward' ? forwardLook(step) : stepLooks[step.state]
  const isForward = side === 'forward'
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="font-semibold">{step.path}</span>
        <Badge tone={tone} isOpen={isOpen}>
          {word}
        </Badge>
        {isForward && step.isPastPivot && <span className="text-muted">past the pivot</span>}
        {isForward && <Copy noun="key" text={step.key} shown="" />}
      </p>
      <ol aria-label={`Attempts at ${isForward ? '' : 'undoing '}${step.path}`}>
        {attemptRuns(attempts).map(run => (
          <Attempts
            key={run[0].attempt}
            run={run}
            attemptsMax={isForward ? step.attemptsMax : undefined}
            isInterrupted={isForward && step.undo.length > 0}
          />
        ))}
      </ol>
      {isForward && isFound(step) && <p>its answer was lost; what it had done was found</p>}
      {isForward && step.objects.length > 0 && (
        <p className="text-sm wrap-anywhere text-muted">
          made <span className="font-mono">{step.objects.join(', ')}</span>
        </p>
      )}
      {!isForward && attempts.length === 0 && step.forgotten === undefined && (
        <p className="text-muted">owed, not begun yet</p>
      )}
      {step.forgotten !== undefined && isForward === step.isPastPivot && <Forgotten {...step.forgotten} />}
    </div>
  )
}

/** Who has taken it from the janitor, and why. */
function Forgotten({ atMs, by, reason }: NonNullable<StepView['forgotten']>) {
  return (
    <p className="wrap-anywhere">
      forgotten <PastTime atMs={atMs} /> by <span className="font-semibold">{by}</span>: {reason}
    </p>
  )
}

interface AttemptsProps {
  run: AttemptRun
  /** After how many of them the step gives up. */
  attemptsMax: number | undefined
  /** Whether what hasn't ended never will: it is being undone. */
  isInterrupted: boolean
}

/** One attempt, or several in a row that ended alike. */
function Attempts({ run, attemptsMax, isInterrupted }: AttemptsProps) {
  const nowMs = useServerNow()
  const lengths = run.map(({ startedAtMs, endedAtMs }) => Math.max(0, (endedAtMs ?? nowMs) - startedAtMs))
  const [shortest, longest] = [duration(Math.min(...lengths)), duration(Math.max(...lengths))]
  const [{ attempt: first, effect, exception }] = run
  const last = run.at(-1)?.attempt ?? first
  const isRunning = effect === undefined && !isInterrupted
  const open = isInterrupted ? 'interrupted: it may have happened' : 'running'
  return (
    <li className="flex flex-wrap items-baseline gap-x-2">
      <span className="text-muted">
        {first === last ? `attempt ${first}` : `attempts ${first}–${last}`}
        {isRunning && attemptsMax !== undefined && ` of ${attemptsMax}`}
      </span>
      <span>{effect === undefined ? open : effectWords[effect]}</span>
      {exception && <ExceptionName exception={exception.exception} category={exception.category} />}
      {(effect !== undefined || isRunning) && (
        <span className="text-sm text-muted">
          {shortest === longest ? longest : `${shortest} to ${longest}`}
        </span>
      )}
      {exception && <span className="basis-full text-sm text-muted">{exception.message}</span>}
    </li>
  )
}

/** How the step itself went, rolled back or not. */
function forwardLook(step: StepView): StateLook {
  const { state, isPastPivot, attempts, exception } = step
  if (state === 'running' || state === 'unknown' || state === 'done') return stepLooks[state]
  if (isPastPivot && (state === 'residue' || state === 'forgotten')) return stepLooks[state]
  const effect = attempts.at(-1)?.effect
  if (effect === 'done' || isFound(step)) return stepLooks.done
  // Rolled back without anyone having learnt whether it happened.
  const isUnknown = effect === undefined || (effect === 'unknown' && exception === undefined)
  return isUnknown ? { ...stepLooks.unknown, isOpen: false } : stepLooks.failed
}

/** Whether no attempt was answered well, and yet it was done. */
function isFound({ attempts, objects, exception }: StepView): boolean {
  return exception === undefined && objects.length > 0 && attempts.at(-1)?.effect === 'unknown'
}

/** The attempts in time: dashed while it isn't settled; an undo's bar hangs below its line, as a step's stands on it. */
function Bar({
  row,
  side,
  endPercent,
}: {
  row: TimelineRow
  side: StepTimelineProps['side']
  endPercent: number
}) {
  const isForward = side === 'forward'
  return (
    <div aria-hidden className="relative h-7 self-center">
      <div
        className={`absolute inset-x-0 border-line-strong ${isForward ? 'bottom-0 border-b' : 'top-0 border-t'}`}
      />
      {endPercent < 100 && (
        <div
          className="absolute inset-y-0 border-l border-dashed border-line-strong"
          style={{ left: `${endPercent}%` }}
        />
      )}
      {row.stretches.map((stretch, at) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts only ever come behind one another
          key={at}
          className={`absolute h-5 min-w-1 rounded-sm border ${isForward ? 'bottom-0 border-b-0' : 'top-0 border-t-0'} ${tones[stretch.tone]} ${row.isSettled ? '' : 'border-dashed'}`}
          style={{ left: `${Math.min(stretch.leftPercent, 99.5)}%`, width: `${stretch.widthPercent}%` }}
        />
      ))}
    </div>
  )
}
