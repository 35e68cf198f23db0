import type { WatchView } from 'evenkeel/actions'
import { DueTime } from '../ui/due-time.tsx'
import { PlainTable } from '../ui/plain-table.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'

/** Where late effects are still looked out for. */
export function WatchesTable({ watches }: { watches: readonly WatchView[] }) {
  return (
    <Section
      title="Late watches"
      aside={
        <span className="text-muted">an answer was lost: what may still appear is found and removed</span>
      }
    >
      <PlainTable
        label="Late watches"
        head={['Step', 'Looks so far', 'Next look', 'Until', 'Removed']}
        wordColumns={[0, 4]}
        rows={watches.map(watch => ({
          key: watch.key,
          cells: [
            watch.path,
            watch.looks,
            <DueTime key="next" atMs={watch.nextLookMs} />,
            <RelativeTime key="until" atMs={watch.untilMs} />,
            watch.removed.join(', ') || 'nothing',
          ],
        }))}
      />
    </Section>
  )
}
