import { lengthOfTime, percent, pointTime } from '../format/time.ts'
import type { Colors } from '../outcomes/graph-look.ts'
import { groupNames } from '../outcomes/outcome-groups.ts'
import type { ClassSeries, OutcomeSeries } from '../outcomes/outcome-series.ts'

/** The key of the line that tells the success rate as it would have been. */
export const rateIfClosedKey = 'rate-if-closed'

export interface GraphTipProps {
  series: OutcomeSeries
  shown: readonly ClassSeries[]
  at: number
  nearest: string | undefined
  colors: Colors
  isClosedShown: boolean
}

/** Names the nearest line first, and then whatever else was thrown at that time. */
export function GraphTip({ series, shown, at, nearest, colors, isClosedShown }: GraphTipProps) {
  const thrown = shown
    .filter(({ key, counts }) => key === nearest || (counts[at] ?? 0) > 0)
    .sort((a, b) => Number(b.key === nearest) - Number(a.key === nearest))
  const rate = series.rates[at]
  const rateIfClosed = series.ratesIfClosed[at]
  return (
    <>
      <p className="text-muted">
        {pointTime(series.times[at] ?? 0, series.bucketSeconds)}
        {series.bucketSeconds > 1 && ` + ${lengthOfTime(series.bucketSeconds)}`}
      </p>
      <ul>
        {thrown.map(one => (
          <li
            key={one.key}
            className={`flex items-center gap-1.5 ${one.key === nearest ? 'font-semibold' : ''}`}
          >
            <span
              aria-hidden
              className="size-2 rounded-full"
              style={{ background: `var(${colors.of(one)})` }}
            />
            {one.exception}
            <span className="ml-auto pl-4">{one.counts[at]}</span>
            <span className="font-normal text-muted">{groupNames[one.group].toLowerCase()}</span>
          </li>
        ))}
        <li className={nearest === undefined ? 'font-semibold' : 'text-muted'}>
          {rate === undefined ? 'no transaction' : `success rate ${percent(rate)}`}
        </li>
        {isClosedShown && rateIfClosed !== undefined && (
          <li className={nearest === rateIfClosedKey ? 'font-semibold' : 'text-muted'}>
            {`at least ${percent(rateIfClosed)}, had every call failed closed`}
          </li>
        )}
      </ul>
    </>
  )
}
