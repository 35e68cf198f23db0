import { getRouteApi, Link } from '@tanstack/react-router'
import type { ActionView } from 'evenkeel/actions'
import { timelineOf } from '../actions/timeline.ts'
import { useAction } from '../actions/use-action.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Copy } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Facts } from '../ui/facts.tsx'
import { Failure } from '../ui/failure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useTitle } from '../ui/use-title.ts'
import { ActionNow } from './action-now.tsx'
import { ActionResidue } from './action-residue.tsx'
import { actionLooks } from './action-words.ts'
import { ActionState, Elapsed, LeftOver } from './actions-table.tsx'
import { CancelAction } from './cancel-action.tsx'
import { StepTimeline } from './step-timeline.tsx'
import { WatchesTable } from './watches-table.tsx'

const route = getRouteApi('/actions/$id')

/** One action: what it did, step by step, how it was taken back, and what is left of it. */
export function ActionPage() {
  const { id } = route.useParams()
  const found = useAction(id)
  if (found.data !== undefined) return <Action action={found.data} />
  if (found.error !== null) {
    return <Failure what="The action could not be read" error={found.error} onRetry={found.refetch} />
  }
  return <Skeleton label="Reading the action" rows={8} />
}

function Action({ action }: { action: ActionView }) {
  const timeline = timelineOf(action, useServerNow())
  const { cause } = action
  useTitle(`${action.name} ${actionLooks[action.state].word}`)
  return (
    <article className="flex flex-col gap-5">
      <header className="flex flex-col gap-3">
        <p>
          <Link to="/actions">Actions</Link> <span className="text-muted">/ {action.name}</span>
        </p>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="flex flex-wrap items-center gap-3 text-lg font-semibold">
            {action.name}
            <ActionState action={action} />
            {(action.residueCount > 0 || action.watchCount > 0) && <LeftOver action={action} />}
          </h1>
          {action.isCancellable && <CancelAction action={action} />}
        </div>
        <Facts
          facts={[
            ['Elapsed', <Elapsed key="elapsed" action={action} />],
            ['Started', <RelativeTime key="started" atMs={action.startedAtMs} />],
            ['Most attempts', action.attemptsMax],
            ['Version', action.version],
            ['Incident number', <Copy key="id" noun="incident number" text={action.id} />],
            ['About', <About key="about" locks={action.locks} />],
          ]}
        />
        {cause && <ErrorBlock {...cause} />}
        <ActionNow action={action} />
      </header>
      {action.residue.length > 0 && <ActionResidue action={action} />}
      <Section title="Steps">
        <StepTimeline label="Steps" rows={timeline.steps} side="forward" scale={timeline} />
      </Section>
      {timeline.rollback.length > 0 && (
        <Section
          title="Rollback"
          aside={
            <span className="text-muted">newest first; each undo is tried until it is known to be done</span>
          }
        >
          <StepTimeline label="Rollback" rows={timeline.rollback} side="back" scale={timeline} />
        </Section>
      )}
      {action.watches.length > 0 && <WatchesTable watches={action.watches} />}
    </article>
  )
}

/** Each leads to all that was done to the same thing. */
function About({ locks }: { locks: readonly string[] }) {
  if (locks.length === 0) return '–'
  return (
    <ul className="flex flex-wrap gap-x-3">
      {locks.map(lock => (
        <li key={lock} className="wrap-anywhere">
          <Link to="/actions" search={{ lock }}>
            {lock}
          </Link>
        </li>
      ))}
    </ul>
  )
}
