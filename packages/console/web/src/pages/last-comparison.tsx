import { useMutation } from '@tanstack/react-query'
import type { Comparing } from '../../../src/findings/finding-routes.ts'
import type { Comparison } from '../../../src/findings/findings-source.ts'
import { api } from '../api/client.ts'
import { duration } from '../format/time.ts'
import { Button } from '../ui/button.tsx'
import { ElapsedTime } from '../ui/elapsed-time.tsx'
import { Facts } from '../ui/facts.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { kindInWords, objectsIn } from './finding-words.ts'

export interface LastComparisonProps {
  comparing: Comparing
  /** Told that another one was asked for. */
  onCompared: () => void
}

/** How fresh what is known is, and a way to have it fresher. */
export function LastComparison({ comparing: { runningSinceMs, runs }, onCompared }: LastComparisonProps) {
  const [last] = runs
  const compare = useMutation({ mutationFn: api.compare, onSuccess: onCompared })
  return (
    <Section
      title="Last comparison"
      aside={
        <>
          <Button
            onPress={() => compare.mutate()}
            isDisabled={compare.isPending || runningSinceMs !== undefined}
          >
            {compare.isPending ? 'Asking …' : 'Compare now'}
          </Button>
          <span role="status" className="text-muted">
            {runningSinceMs !== undefined && (
              <>
                comparing for <ElapsedTime sinceMs={runningSinceMs} />
              </>
            )}
          </span>
          {compare.error !== null && (
            <span role="alert" className="text-bad">
              {compare.error.message}
            </span>
          )}
        </>
      }
    >
      {last === undefined ? (
        <p className="text-muted">
          {runningSinceMs === undefined ? 'There was none yet.' : 'It is the first one.'}
        </p>
      ) : (
        <Figures comparison={last} />
      )}
    </Section>
  )
}

function Figures({ comparison }: { comparison: Comparison }) {
  const { startedAtMs, endedAtMs, compared, othersCount, exception } = comparison
  return (
    <div className="flex flex-col gap-2">
      <Facts
        facts={[
          ['Ended', <RelativeTime key="ended" atMs={endedAtMs} />],
          ['Took', duration(endedAtMs - startedAtMs)],
          ['Objects compared', objectsIn(compared).toLocaleString()],
          ["Others' objects at the cloud", othersCount.toLocaleString()],
          ['By kind', <ByKind key="kinds" compared={compared} />],
        ]}
      />
      {exception !== undefined && (
        <p className="rounded border border-warn/40 bg-warn-soft px-4 py-3 text-ink wrap-anywhere">
          <strong className="text-warn">{exception.name}</strong> ended it before its end: {exception.message}{' '}
          What is below is not all that may differ.
        </p>
      )}
    </div>
  )
}

function ByKind({ compared }: { compared: Comparison['compared'] }) {
  const kinds = Object.entries(compared).filter(([, count]) => count > 0)
  if (kinds.length === 0) return <span className="text-muted">–</span>
  return (
    <ul className="flex flex-wrap gap-x-3">
      {kinds.map(([kind, count]) => (
        <li key={kind} className="whitespace-nowrap">
          <span className="text-muted">{kindInWords(kind)}</span> {count.toLocaleString()}
        </li>
      ))}
    </ul>
  )
}
