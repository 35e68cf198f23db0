import { percent, pointTime } from '../format/time.ts'
import { groupNames } from '../outcomes/outcome-groups.ts'
import type { OutcomeSeries } from '../outcomes/outcome-series.ts'
import { PlainTable } from '../ui/plain-table.tsx'

/** The same figures to read: the latest first, without the times at which nothing happened. */
export function OutcomesAsTable({
  series: { bucketSeconds, times, rates, classes },
}: {
  series: OutcomeSeries
}) {
  const rows = times
    .map((time, at) => ({ time, rate: rates[at], counts: classes.map(({ counts }) => counts[at] ?? 0) }))
    .filter(({ rate, counts }) => rate !== undefined || counts.some(count => count > 0))
    .reverse()
  return (
    <PlainTable
      label="Outcomes as a table"
      head={[
        'From',
        'Success rate',
        ...classes.map(({ exception, group }) => `${exception} (${groupNames[group].toLowerCase()})`),
      ]}
      rows={rows.map(({ time, rate, counts }) => ({
        key: time,
        cells: [pointTime(time, bucketSeconds), rate === undefined ? '–' : percent(rate), ...counts],
      }))}
    />
  )
}
