import type { AttemptView } from 'evenkeel/actions'
import type { Stretch, TimelineRow } from '../actions/timeline.ts'
import { duration } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Badge } from '../ui/badge.tsx'
import { Copy } from '../ui/copy.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { effectWords, stepLooks } from './action-words.ts'

export interface StepTimelineProps {
  label: string
  rows: readonly TimelineRow[]
  /** Whether effects are shown, or their undo. */
  side: 'forward' | 'back'
  durationMs: number
}

const tones: Record<Stretch['tone'], string> = {
  done: 'border-good bg-good-soft',
  failed: 'border-bad bg-bad-soft',
  unknown: 'border-warn bg-warn-soft',
  running: 'border-accent bg-accent-soft border-dashed breathing',
}

/** Steps in the order in which they began, each with its attempts laid out in time. */
export function StepTimeline({ label, rows, side, durationMs }: StepTimelineProps) {
  return (
    <ol aria-label={label} className="rounded border">
      {rows.map(row => (
        <li
          key={row.step.path}
          className="grid gap-x-4 gap-y-1 border-b px-3 py-2 last:border-b-0 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]"
        >
          <StepText row={row} side={side} />
          <Bar row={row} side={side} durationMs={durationMs} />
        </li>
      ))}
      {rows.length === 0 && <li className="px-3 py-4 text-muted">No step has begun yet.</li>}
    </ol>
  )
}

function StepText({ row: { step, attempts }, side }: { row: TimelineRow; side: StepTimelineProps['side'] }) {
  const { word, tone, isOpen } = side === 'forward' ? forwardLook(step) : stepLooks[step.state]
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{step.path}</span>
        <Badge tone={tone} isOpen={isOpen}>
          {word}
        </Badge>
        {step.path !== step.step && <span className="text-muted">{step.step}</span>}
        {side === 'forward' && step.isPastPivot && <span className="text-muted">past the pivot</span>}
      </p>
      {side === 'forward' && (
        <p className="flex flex-wrap gap-x-4 text-sm text-muted">
          {step.objects.length > 0 && <span>made {step.objects.join(', ')}</span>}
          <Copy noun="key" text={step.key} />
        </p>
      )}
      <ol aria-label={`Attempts at ${side === 'forward' ? '' : 'undoing '}${step.path}`} className="mt-0.5">
        {attempts.map(attempt => (
          <Attempt key={attempt.attempt} attempt={attempt} />
        ))}
      </ol>
      {side === 'back' && attempts.length === 0 && <p className="text-muted">owed, not begun yet</p>}
    </div>
  )
}

function Attempt({
  attempt: { attempt, startedAtMs, endedAtMs, effect, exception },
}: {
  attempt: AttemptView
}) {
  const nowMs = useServerNow()
  const length = duration(Math.max(0, (endedAtMs ?? nowMs) - startedAtMs))
  return (
    <li className="flex flex-wrap items-baseline gap-x-2">
      <span className="text-muted">attempt {attempt}</span>
      <span>{effect === undefined ? 'running' : effectWords[effect]}</span>
      {exception && <ExceptionName exception={exception.exception} category={exception.category} />}
      <span className="text-sm text-muted">{length}</span>
      {exception && <span className="basis-full text-sm text-muted">{exception.message}</span>}
    </li>
  )
}

/** Rolled back or not, how the step itself went is told by its last attempt. */
function forwardLook(step: TimelineRow['step']) {
  if (step.state === 'running' || step.state === 'unknown' || step.state === 'done')
    return stepLooks[step.state]
  const isDone = step.attempts.at(-1)?.effect === 'done'
  return step.isPastPivot && step.state === 'residue'
    ? stepLooks.residue
    : stepLooks[isDone ? 'done' : 'failed']
}

/** The attempts in time: dashed while it isn't settled; an undo's bar hangs below its line, as a step's stands on it. */
function Bar({
  row,
  side,
  durationMs,
}: {
  row: TimelineRow
  side: StepTimelineProps['side']
  durationMs: number
}) {
  return (
    <div aria-hidden className="relative h-7 self-center" title={`of ${duration(durationMs)} in all`}>
      <div
        className={`absolute inset-x-0 border-line-strong ${side === 'forward' ? 'bottom-0 border-b' : 'top-0 border-t'}`}
      />
      {row.stretches.map((stretch, at) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts only ever come behind one another
          key={at}
          className={`absolute h-5 min-w-1 rounded-sm border ${side === 'forward' ? 'bottom-0 border-b-0' : 'top-0 border-t-0'} ${tones[stretch.tone]} ${row.isSettled ? '' : 'border-dashed'}`}
          style={{ left: `${Math.min(stretch.leftPercent, 99.5)}%`, width: `${stretch.widthPercent}%` }}
        />
      ))}
    </div>
  )
}
