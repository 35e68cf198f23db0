import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ActionView } from 'evenkeel/actions'
import { timelineOf } from '../actions/timeline.ts'
import { api } from '../api/client.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Copy } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Facts } from '../ui/facts.tsx'
import { Failure } from '../ui/failure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useTitle } from '../ui/use-title.ts'
import { actionLooks } from './action-words.ts'
import { ActionState, Elapsed, LeftOver } from './actions-table.tsx'
import { ResidueTable } from './residue-table.tsx'
import { StepTimeline } from './step-timeline.tsx'
import { WatchesTable } from './watches-table.tsx'

const route = getRouteApi('/actions/$id')

/** One action: what it did, step by step, how it was taken back, and what is left of it. */
export function ActionPage() {
  const { id } = route.useParams()
  const found = useQuery({
    queryKey: ['action', id],
    queryFn: () => api.action(id),
    refetchInterval: ({ state }) => (state.data === undefined || isUnfinished(state.data) ? 1000 : false),
  })
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
          <Link to="/">Live</Link> <span className="text-muted">/ action</span>
        </p>
        <h1 className="flex flex-wrap items-center gap-3 text-lg font-semibold">
          {action.name}
          <ActionState action={action} />
          {(action.residueCount > 0 || action.watchCount > 0) && <LeftOver action={action} />}
        </h1>
        <Facts
          facts={[
            ['Elapsed', <Elapsed key="elapsed" action={action} />],
            ['Started', <RelativeTime key="started" atMs={action.startedAtMs} />],
            ...(action.currentStep === undefined ? [] : [['At step', action.currentStep] as const]),
            ['Most attempts', action.attemptsMax],
            ['Version', action.version],
            ['Incident number', <Copy key="id" noun="incident number" text={action.id} />],
            ['About', action.locks.join(', ') || '–'],
          ]}
        />
        {cause && <ErrorBlock {...cause} />}
      </header>
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
      {action.residue.length > 0 && <ResidueTable residue={action.residue} />}
      {action.watches.length > 0 && <WatchesTable watches={action.watches} />}
    </article>
  )
}

function isUnfinished({ state, residue, watches }: ActionView): boolean {
  return actionLooks[state].isOpen || residue.length > 0 || watches.length > 0
}
