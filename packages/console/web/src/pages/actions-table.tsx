import { Link } from '@tanstack/react-router'
import type { ActionSummary } from 'evenkeel/actions'
import { duration } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Badge } from '../ui/badge.tsx'
import { Copy } from '../ui/copy.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { ShortIds } from '../ui/short-ids.tsx'
import { actionLooks } from './action-words.ts'
import { actionHref } from './hrefs.ts'

/** The newest actions, live. */
export function ActionsTable({ actions }: { actions: readonly ActionSummary[] }) {
  return (
    <Section title="Latest actions" aside={<Link to="/actions">All actions</Link>}>
      <DataTable
        label="Latest actions"
        columns={actionColumns}
        rows={actions}
        idOf={({ id }) => id}
        hrefOf={({ id }) => actionHref(id)}
        empty={<NoActionYet />}
      />
    </Section>
  )
}

export function NoActionYet() {
  return (
    <Empty title="No action yet">
      An action is a durable operation of many steps that succeeds or is rolled back. It appears here as soon
      as a request starts one, for instance by creating a server.
    </Empty>
  )
}

/** What is shown of an action in one line. */
export const actionColumns: readonly DataColumn<ActionSummary>[] = [
  { id: 'started', name: 'Started', cell: ({ startedAtMs }) => <RelativeTime atMs={startedAtMs} /> },
  { id: 'name', name: 'Action', isRowHeader: true, cell: ({ name }) => name },
  { id: 'state', name: 'State', isRowHeader: true, cell: action => <ActionState action={action} /> },
  { id: 'about', name: 'About', cell: ({ locks }) => <ShortIds names={locks} /> },
  {
    id: 'step',
    name: 'At step',
    cell: ({ currentStep, stepsDone }) =>
      currentStep ?? <span className="text-muted">{stepsDone === 1 ? '1 done' : `${stepsDone} done`}</span>,
  },
  { id: 'attempts', name: 'Attempts', align: 'end', cell: ({ attemptsMax }) => attemptsMax },
  { id: 'duration', name: 'Duration', align: 'end', cell: action => <Elapsed action={action} /> },
  {
    id: 'cause',
    name: 'Cause',
    cell: ({ cause }) => (cause === undefined ? '–' : <ExceptionName {...cause} />),
  },
  { id: 'left', name: 'Left over', cell: action => <LeftOver action={action} /> },
  { id: 'id', name: 'Id', cell: ({ id }) => <Copy noun="id" text={id} shown={`…${id.slice(-8)}`} /> },
]

export function ActionState({ action: { state } }: { action: ActionSummary }) {
  const { word, tone, isOpen } = actionLooks[state]
  return (
    <Badge tone={tone} isOpen={isOpen}>
      {word}
    </Badge>
  )
}

/** What remains although the action has ended, or will end. */
export function LeftOver({ action: { residueCount, watchCount } }: { action: ActionSummary }) {
  if (residueCount === 0 && watchCount === 0) return <span className="text-muted">–</span>
  return (
    <span className="inline-flex gap-1.5">
      {residueCount > 0 && (
        <Badge tone="bad" isOpen>
          {`${residueCount} residue`}
        </Badge>
      )}
      {watchCount > 0 && (
        <Badge tone="warn" isOpen>
          {watchCount === 1 ? '1 watch' : `${watchCount} watches`}
        </Badge>
      )}
    </span>
  )
}

/** How long it took, or has taken so far. */
export function Elapsed({ action: { startedAtMs, endedAtMs } }: { action: ActionSummary }) {
  const nowMs = useServerNow()
  return duration(Math.max(0, (endedAtMs ?? nowMs) - startedAtMs))
}
