import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { TxRow } from 'evenkeel/tx-log'
import { api } from '../api/client.ts'
import { duration } from '../format/time.ts'
import { Copy } from '../ui/copy.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { Facts } from '../ui/facts.tsx'
import { Failure } from '../ui/failure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useTitle } from '../ui/use-title.ts'
import { CauseChain } from './cause-chain.tsx'
import { OutgoingCalls } from './outgoing-calls.tsx'

const route = getRouteApi('/transactions/$id')

/** One transaction: how it ended, why, and whom it called. */
export function TransactionPage() {
  const { id } = route.useParams()
  const found = useQuery({ queryKey: ['transaction', id], queryFn: () => api.transaction(id) })
  if (found.data !== undefined) return <Transaction transaction={found.data} />
  if (found.error !== null) {
    return <Failure what="The transaction could not be read" error={found.error} onRetry={found.refetch} />
  }
  return <Skeleton label="Reading the transaction" rows={8} />
}

function Transaction({ transaction }: { transaction: TxRow }) {
  const { id, kind, operation, status, exception, category, parentId, calls, causes, fields } = transaction
  useTitle(operation)
  return (
    <article className="flex flex-col gap-5">
      <header className="flex flex-col gap-3">
        <p>
          <Link to="/">Live</Link> <span className="text-muted">/ transaction</span>
        </p>
        <h1 className="flex flex-wrap items-center gap-3 text-lg font-semibold">{operation}</h1>
        <Facts
          facts={[
            [
              'Outcome',
              exception !== undefined && category !== undefined ? (
                <ExceptionName key="outcome" exception={exception} category={category} />
              ) : (
                'success'
              ),
            ],
            ['Status', status === 0 ? '–' : status],
            ['Duration', duration(transaction.durationMs)],
            ['Started', <RelativeTime key="started" atMs={transaction.startedAtMs} />],
            ['Kind', kind],
            ['Principal', transaction.principal ?? '–'],
            ['Resource', transaction.resource ?? '–'],
            ['Called by', parentId ? <TransactionLink key="parent" id={parentId} /> : '–'],
            ['Incident number', <Copy key="id" noun="incident number" text={id} />],
          ]}
        />
        {kind === 'action' && (
          <p>
            <Link to="/actions/$id" params={{ id }}>
              Open the action
            </Link>{' '}
            <span className="text-muted">with its steps, attempts and rollback.</span>
          </p>
        )}
      </header>
      {causes.length > 0 && (
        <Section title="Cause chain">
          <CauseChain causes={causes} />
        </Section>
      )}
      <Section title="Outgoing calls">
        <OutgoingCalls calls={calls} />
      </Section>
      {Object.keys(fields).length > 0 && (
        <Section title="Fields">
          <Facts facts={Object.entries(fields).map(([name, value]) => [name, shown(value)])} />
        </Section>
      )}
    </article>
  )
}

function TransactionLink({ id }: { id: string }) {
  return (
    <Link to="/transactions/$id" params={{ id }} className="font-mono text-sm">
      {id}
    </Link>
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
