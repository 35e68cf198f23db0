import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { FailOpenUse } from 'evenkeel/stats'
import type { LiveReading } from '../../../src/live/live-reading.ts'
import type { FailOpenOverTime } from '../../../src/statistics/fail-open-route.ts'
import { ApiFailure, api } from '../api/client.ts'
import { percent } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { liveMinutesMax, timesShown, type WindowMinutes } from '../outcomes/time-shown.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { PlainTable } from '../ui/plain-table.tsx'
import { Section } from '../ui/section.tsx'
import type { TimeWindow } from '../ui/time-window.ts'

export interface FailOpenUsesProps {
  reading: LiveReading
  /** What the graph shows, which it is about unless a window is looked at closely. */
  windowMinutes: WindowMinutes
  timeWindow: TimeWindow | undefined
  /** Whether the graph draws what would have been, had they failed closed. */
  isDrawn: boolean
  onDrawn: (isDrawn: boolean) => void
}

/** The calls that may fail open: how often they do, and what that hides. On the page only where there are any. */
export function FailOpenUses({ reading, windowMinutes, timeWindow, isDrawn, onDrawn }: FailOpenUsesProps) {
  const nowSecond = Math.floor(useServerNow() / 1000)
  const isPast = timeWindow !== undefined || windowMinutes > liveMinutesMax
  const found = useQuery({
    queryKey: ['fail-open', timeWindow ?? windowMinutes],
    queryFn: () =>
      api.failOpenUses(timeWindow ?? { fromSecond: nowSecond - windowMinutes * 60, toSecond: nowSecond + 1 }),
    // Where nothing fails open the server is not asked about it again and again.
    enabled: isPast || reading.seconds.some(isAnyFailOpen),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  })
  // A server that keeps no past says so where it is asked for one; here it would only be in the way.
  if (found.error instanceof ApiFailure && found.error.status === 404) return null
  if (found.error !== null) {
    return (
      <Failure what="The uses of failOpen could not be read" error={found.error} onRetry={found.refetch} />
    )
  }
  if (found.data === undefined || found.data.uses.length === 0) return null
  const when = timeWindow === undefined ? `the last ${timesShown[windowMinutes].inWords}` : 'the window'
  return (
    <Section
      title="Calls that may fail open"
      aside={
        <>
          <span className="text-muted">in {when}: what they swallow lowers no success rate</span>
          <Button look="quiet" aria-pressed={isDrawn} onPress={() => onDrawn(!isDrawn)}>
            {isDrawn ? 'Hide in the graph what they hid' : 'Draw in the graph what they hid'}
          </Button>
        </>
      }
    >
      <UseTable found={found.data} />
    </Section>
  )
}

function UseTable({ found: { successRate, uses } }: { found: FailOpenOverTime }) {
  return (
    <PlainTable
      label="Calls that may fail open"
      head={['Call', 'Runs', 'Failed open', 'Swallowed', 'Success rate', 'Had it failed closed']}
      wordColumns={[0, 3]}
      rows={uses.map(use => ({
        key: use.operation,
        cells: [
          use.operation,
          use.runs,
          percent(100 * use.rate),
          swallowedBy(use),
          rateInWords(successRate),
          rateInWords(use.successRateIfClosed),
        ],
      }))}
    />
  )
}

function isAnyFailOpen({ outcomes }: LiveReading['seconds'][number]): boolean {
  return outcomes.some(({ kind }) => kind === 'fail-open')
}

function swallowedBy({ swallowed }: FailOpenUse): string {
  const classes = Object.entries(swallowed).sort(([, a], [, b]) => b - a)
  return classes.map(([exception, count]) => `${exception} ${count}`).join(', ') || 'nothing'
}

function rateInWords(rate: number | undefined): string {
  return rate === undefined ? '–' : percent(100 * rate)
}
