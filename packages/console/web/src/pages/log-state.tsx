import { useQuery } from '@tanstack/react-query'
import type { TxLogFigures } from 'evenkeel/tx-log'
import { api } from '../api/client.ts'
import { bytes } from '../format/figures.ts'
import { Facts } from '../ui/facts.tsx'
import { Failure } from '../ui/failure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** How the log itself is doing: what is missing from it, and why. */
export function LogState() {
  const found = useQuery({ queryKey: ['log-figures'], queryFn: api.logFigures, refetchInterval: 5000 })
  return (
    <Section title="How the log is doing">
      {found.error !== null && (
        <Failure what="The log can't tell how it is doing" error={found.error} onRetry={found.refetch} />
      )}
      {found.data === undefined && found.error === null && <Skeleton label="Asking the log" rows={2} />}
      {found.data !== undefined && <Figures figures={found.data} />}
    </Section>
  )
}

function Figures({ figures }: { figures: TxLogFigures & { readonly name: string } }) {
  const { name, shedCount, pendingCount, sizeBytes, problemCount, lastProblem, setAside } = figures
  return (
    <div className="flex flex-col gap-2">
      <Facts
        facts={[
          ['Log', name],
          ['Shed since the start', <Count key="shed" count={shedCount} />],
          ['Waiting to be written', pendingCount],
          ['On the disk', bytes(sizeBytes)],
          ['Problems since the start', <Count key="problems" count={problemCount} />],
          ['Files set aside', <Count key="aside" count={setAside.length} />],
        ]}
      />
      {shedCount > 0 && (
        <p className="text-warn">
          {shedCount === 1 ? 'One transaction is' : `${shedCount} transactions are`} missing from the log:
          they came too fast, or could not be written. They were answered and counted all the same.
        </p>
      )}
      {lastProblem !== undefined && (
        <p className="rounded border border-warn/40 bg-warn-soft px-4 py-3 text-ink">
          <strong className="text-warn">{lastProblem.exception}</strong>{' '}
          <RelativeTime atMs={lastProblem.atMs} />: {lastProblem.message}
        </p>
      )}
      {setAside.length > 0 && (
        <p className="wrap-anywhere">
          Damaged and set aside, so that what they hold is not found:{' '}
          <span className="font-mono text-sm">{setAside.join(', ')}</span>
        </p>
      )}
    </div>
  )
}

/** Nothing to say while it is 0. */
function Count({ count }: { count: number }) {
  return <span className={count > 0 ? 'font-semibold text-warn' : ''}>{count}</span>
}
