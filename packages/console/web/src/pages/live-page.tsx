import { getRouteApi } from '@tanstack/react-router'
import type { LiveReading } from '../../../src/live/live-reading.ts'
import { useLive } from '../live/use-live.ts'
import type { WindowMinutes } from '../outcomes/outcome-series.ts'
import type { LiveSearch } from '../router.tsx'
import { Failure } from '../ui/failure.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ActionsTable } from './actions-table.tsx'
import { OutcomeGraph } from './outcome-graph.tsx'
import { Overview } from './overview.tsx'
import { ResidueTable } from './residue-table.tsx'
import { TransactionsTable } from './transactions-table.tsx'

const route = getRouteApi('/')

/** Is everything all right, and if not, what is its name. */
export function LivePage() {
  const { reading, refusal, connection } = useLive()
  if (reading === undefined && refusal !== undefined) {
    return (
      <Failure
        what="The server can't tell how it is doing. It is asked again every 2 seconds"
        error={refusal}
      />
    )
  }
  if (reading === undefined) return <Skeleton label="Waiting for the server" rows={12} />
  return <LiveView reading={reading} isLive={connection === 'live'} />
}

function LiveView({ reading, isLive }: { reading: LiveReading; isLive: boolean }) {
  const { class: exception, window: windowMinutes = 5 } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: LiveSearch) => navigate({ search: next, resetScroll: false })
  const setException = (next: string | undefined) => show(searchOf(next, windowMinutes))
  const setWindow = (next: WindowMinutes) => show(searchOf(exception, next))
  return (
    <div className="flex flex-col gap-6">
      <Overview reading={reading} isLive={isLive} onException={setException} />
      <OutcomeGraph
        reading={reading}
        windowMinutes={windowMinutes}
        onWindow={setWindow}
        exception={exception}
        onException={setException}
      />
      {reading.residue.length > 0 && <ResidueTable residue={reading.residue} />}
      <TransactionsTable reading={reading} exception={exception} onAll={() => setException(undefined)} />
      <ActionsTable actions={reading.actions} />
    </div>
  )
}

/** What isn't the default is said in the address. */
function searchOf(exception: string | undefined, windowMinutes: WindowMinutes): LiveSearch {
  return {
    ...(exception !== undefined && { class: exception }),
    ...(windowMinutes !== 5 && { window: windowMinutes }),
  }
}
