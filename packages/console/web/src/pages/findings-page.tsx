import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import { useLive } from '../live/use-live.ts'
import { Choice } from '../ui/choice.tsx'
import { Failure } from '../ui/failure.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useTitle } from '../ui/use-title.ts'
import { ComparisonsTable } from './comparisons-table.tsx'
import { findingsShown } from './findings-search.ts'
import { FoundFindings } from './found-findings.tsx'
import { LastComparison } from './last-comparison.tsx'
import { NoSuchPage } from './no-such-page.tsx'

const route = getRouteApi('/findings')
const rereadMs = 2000

/** Where the records and the cloud differ, and what is done about it. */
export function FindingsPage() {
  const { reading, refusal } = useLive()
  if (reading === undefined && refusal === undefined)
    return <Skeleton label="Waiting for the server" rows={8} />
  return reading !== undefined && reading.findings === undefined ? <NoSuchPage /> : <Findings />
}

function Findings() {
  useTitle('Findings')
  const { state = 'unsettled' } = route.useSearch()
  const navigate = route.useNavigate()
  const queries = useQueryClient()
  const comparing = useQuery({ queryKey: ['comparing'], queryFn: api.comparing, refetchInterval: rereadMs })
  const last = comparing.data?.runs[0]
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-baseline gap-x-3">
        <h1 className="text-lg font-semibold">Findings</h1>
        <p className="text-muted">where the records and the cloud differ</p>
      </header>
      {comparing.error !== null && (
        <Failure
          what="How the comparing is doing could not be read"
          error={comparing.error}
          onRetry={comparing.refetch}
        />
      )}
      {comparing.data === undefined && comparing.error === null && (
        <Skeleton label="Reading the last comparison" rows={2} />
      )}
      {comparing.data !== undefined && (
        <LastComparison
          comparing={comparing.data}
          onCompared={() => queries.invalidateQueries({ queryKey: ['comparing'] })}
        />
      )}
      <Section
        title="What was found"
        aside={
          <>
            <Choice
              label="Which findings"
              value={state}
              options={findingsShown}
              onChange={next => navigate({ search: { state: next }, resetScroll: false })}
            />
            <span className="text-muted">newest first</span>
          </>
        }
      >
        <FoundFindings key={state} shown={state} last={last} />
      </Section>
      {comparing.data !== undefined && comparing.data.runs.length > 0 && (
        <ComparisonsTable runs={comparing.data.runs} />
      )}
    </div>
  )
}
