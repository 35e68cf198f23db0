import { getRouteApi } from '@tanstack/react-router'
import type { LiveReading } from '../../../src/live/live-reading.ts'
import { useLive } from '../live/use-live.ts'
import { Failure } from '../ui/failure.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ActionsTable } from './actions-table.tsx'
import { BehindClass } from './behind-class.tsx'
import { FailOpenUses } from './fail-open-uses.tsx'
import { type LiveSearch, parseLiveSearch, timeWindowOf } from './live-search.ts'
import { OutcomeGraph } from './outcome-graph.tsx'
import { Overview } from './overview.tsx'
import { ResidueTable } from './residue-table.tsx'
import { Shares } from './shares.tsx'
import { TransactionsTable } from './transactions-table.tsx'
import { WindowBar } from './window-bar.tsx'

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
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (next: { [name in keyof LiveSearch]: LiveSearch[name] | undefined }) =>
    navigate({ search: previous => parseLiveSearch({ ...previous, ...next }), resetScroll: false })
  const setException = (exception: string | undefined) => change({ class: exception, of: undefined })

  const { class: exception, window: windowMinutes = 5, by, of, closed = false } = search
  const timeWindow = timeWindowOf(search)
  return (
    <div className="flex flex-col gap-6">
      <Overview reading={reading} isLive={isLive} onException={setException} />
      <OutcomeGraph
        reading={reading}
        windowMinutes={windowMinutes}
        onWindowMinutes={minutes => change({ window: minutes })}
        timeWindow={timeWindow}
        onTimeWindow={({ fromSecond: from, toSecond: to }) => change({ from, to })}
        exception={exception}
        onException={setException}
        isClosedShown={closed}
      >
        <WindowBar
          timeWindow={timeWindow}
          onTimeWindow={next => change({ from: next?.fromSecond, to: next?.toSecond })}
        />
      </OutcomeGraph>
      {timeWindow !== undefined && (
        <Shares
          timeWindow={timeWindow}
          by={by}
          onBy={next => change({ by: next, of: undefined })}
          open={{ exception, of }}
          onOpen={share => change({ class: share.exception, of: share.of })}
        />
      )}
      {timeWindow !== undefined && exception !== undefined && (
        <BehindClass timeWindow={timeWindow} exception={exception} by={by} of={of} />
      )}
      <FailOpenUses
        reading={reading}
        windowMinutes={windowMinutes}
        timeWindow={timeWindow}
        isDrawn={closed}
        onDrawn={isDrawn => change({ closed: isDrawn || undefined })}
      />
      {reading.residue.length > 0 && <ResidueTable residue={reading.residue} />}
      {(timeWindow === undefined || exception === undefined) && (
        <TransactionsTable reading={reading} exception={exception} onAll={() => setException(undefined)} />
      )}
      <ActionsTable actions={reading.actions} />
    </div>
  )
}
