import type { Comparison } from '../../../src/findings/findings-source.ts'
import { duration } from '../format/time.ts'
import { PlainTable } from '../ui/plain-table.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { objectsIn } from './finding-words.ts'

/** The last comparisons, newest first. */
export function ComparisonsTable({ runs }: { runs: readonly Comparison[] }) {
  return (
    <Section title="Comparisons" aside={<span className="text-muted">newest first</span>}>
      <PlainTable
        label="Comparisons"
        head={['Started', 'Took', 'Compared', "Others'", 'Orphans', 'Missing', 'Drifted', 'Broken', 'Ended']}
        wordColumns={[0, 8]}
        rows={runs.map(({ startedAtMs, endedAtMs, compared, othersCount, found, exception }) => ({
          key: startedAtMs,
          cells: [
            <RelativeTime key="started" atMs={startedAtMs} />,
            duration(endedAtMs - startedAtMs),
            objectsIn(compared).toLocaleString(),
            othersCount.toLocaleString(),
            found.orphan,
            found.missing,
            found.drifted,
            found.broken,
            exception === undefined ? (
              'complete'
            ) : (
              <span key="ended" title={exception.message}>
                {exception.name}
              </span>
            ),
          ],
        }))}
      />
    </Section>
  )
}
