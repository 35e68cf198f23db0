import { Link } from '@tanstack/react-router'
import type { ActionView, CurrentWait } from 'evenkeel/actions'
import { progressOf } from '../../../src/actions/action-progress.ts'
import { waitsSinceMs, waitWords } from '../actions/wait-words.ts'
import { DueTime } from '../ui/due-time.tsx'
import { ElapsedTime } from '../ui/elapsed-time.tsx'
import { actionLooks } from './action-words.ts'

/** Where an action is right now, and what it waits for. On the page only while it is somewhere. */
export function ActionNow({ action }: { action: ActionView }) {
  const { stepsDone, currentStep, attempt, attemptsMax, waits } = progressOf(action)
  if (!actionLooks[action.state].isOpen) return null
  return (
    <section aria-label="Right now" className="rounded border border-dashed border-accent/40 px-4 py-2.5">
      <p role="status">
        <span>{stepsDone === 1 ? '1 step done' : `${stepsDone} steps done`}</span>
        {currentStep !== undefined && (
          <span>
            {' · at '}
            <span className="font-semibold">{currentStep}</span>
            {attempt !== undefined && `, attempt ${attempt}${attemptsMax ? ` of ${attemptsMax}` : ''}`}
          </span>
        )}
      </p>
      {waits.length > 0 && (
        <ul aria-label="Waits">
          {waits.map(wait => (
            <Wait key={wait.path ?? ''} wait={wait} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Wait({ wait }: { wait: CurrentWait }) {
  const { untilMs, holder } = wait
  return (
    <li className="wrap-anywhere">
      {waitWords(wait)} <span className="text-muted">for</span> <ElapsedTime sinceMs={waitsSinceMs(wait)} />
      {untilMs !== undefined && (
        <>
          <span className="text-muted">, goes on</span> <DueTime atMs={untilMs} />
        </>
      )}
      {holder !== undefined && (
        <>
          {' '}
          <Link to="/actions/$id" params={{ id: holder.actionId }}>
            Open the holder
          </Link>
        </>
      )}
    </li>
  )
}
