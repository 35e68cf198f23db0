import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { LossDimension, LossOverTime } from 'evenkeel/stats'
import { api } from '../api/client.ts'
import { points } from '../format/figures.ts'
import { absoluteTime, lengthOfTime, percent } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Choice } from '../ui/choice.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { TimeWindow } from '../ui/time-window.ts'
import { type OpenShare, ShareTable } from './share-table.tsx'

export interface SharesProps {
  timeWindow: TimeWindow
  /** By what the classes are told apart further. */
  by: LossDimension | undefined
  onBy: (by: LossDimension | undefined) => void
  open: OpenShare
  onOpen: (share: OpenShare) => void
}

const dimensions = [
  { value: 'class', name: 'class' },
  { value: 'operation', name: 'operation' },
  { value: 'caller', name: 'caller' },
  { value: 'release', name: 'release' },
] as const

/** So long after a window's end there may be more to tell: what other processes counted. */
const settlingSeconds = 10

/** Which class of exceptions cost which part of the success rate, in a window of time beside the one before. */
export function Shares({ timeWindow, by, onBy, open, onOpen }: SharesProps) {
  const isOver = timeWindow.toSecond + settlingSeconds < useServerNow() / 1000
  const found = useQuery({
    queryKey: ['shares', timeWindow.fromSecond, timeWindow.toSecond, by],
    queryFn: () => api.shares(timeWindow, by),
    refetchInterval: isOver ? false : 5000,
    placeholderData: keepPreviousData,
  })
  return (
    <Section
      title="What lowered the success rate"
      aside={
        <span className="flex items-center gap-2 text-muted">
          by
          <Choice
            label="Told apart by"
            value={by ?? 'class'}
            options={dimensions}
            onChange={next => onBy(next === 'class' ? undefined : next)}
          />
        </span>
      }
    >
      {found.data !== undefined && <Found loss={found.data} by={by} open={open} onOpen={onOpen} />}
      {found.error !== null && (
        <Failure what="The shares could not be read" error={found.error} onRetry={found.refetch} />
      )}
      {found.data === undefined && found.error === null && <Skeleton label="Reading the shares" rows={4} />}
    </Section>
  )
}

interface FoundProps extends Pick<SharesProps, 'by' | 'open' | 'onOpen'> {
  loss: LossOverTime
}

function Found({ loss, by, open, onOpen }: FoundProps) {
  return (
    <div className="flex flex-col gap-2">
      <p>{sentenceOf(loss)}</p>
      {loss.shares.length === 0 ? (
        <Empty title="Nothing failed, neither in this window nor in the one before">
          What is the callers’ matter is drawn dashed in the graph: it lowers nobody’s success rate.
        </Empty>
      ) : (
        <ShareTable loss={loss} by={by} open={open} onOpen={onOpen} />
      )}
    </div>
  )
}

/** The whole of which the shares are parts. */
function sentenceOf({ window, before, change }: LossOverTime): string {
  const length = lengthOfTime(window.toSecond - window.fromSecond)
  const now = `${absoluteTime(window.fromSecond * 1000)} + ${length}: ${rateOf(window)}`
  const then = `${rateOf(before)} in the ${length} before`
  if (window.successRate === undefined || before.successRate === undefined) return `${now}; ${then}.`
  const size = points(change)
  if (size === '0') return `${now}, as ${then}.`
  return `${now}, ${size} points ${change > 0 ? 'less' : 'more'} than ${then}.`
}

function rateOf({ successRate, count }: LossOverTime['window']): string {
  const transactions = count === 1 ? '1 transaction' : `${count} transactions`
  return successRate === undefined
    ? 'no transaction'
    : `${percent(100 * successRate)} of ${transactions} succeeded`
}
