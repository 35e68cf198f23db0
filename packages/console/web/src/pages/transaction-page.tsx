import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { TxRow } from 'evenkeel/tx-log'
import { api } from '../api/client.ts'
import { duration } from '../format/time.ts'
import { Copy } from '../ui/copy.tsx'
import { Empty } from '../ui/empty.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { Facts } from '../ui/facts.tsx'
import { Failure } from '../ui/failure.tsx'
import { PlainTable } from '../ui/plain-table.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useTitle } from '../ui/use-title.ts'

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
      {causes.length > 0 && <Causes causes={causes} />}
      <Section title="Outgoing calls">
        {calls.length === 0 ? (
          <Empty title="It called nobody">Calls to other services and systems would be listed here.</Empty>
        ) : (
          <PlainTable
            label="Outgoing calls"
            head={['Operation', 'Began after', 'Duration', 'Outcome']}
            wordColumns={[0, 3]}
            rows={calls.map((call, at) => ({
              key: at,
              cells: [
                call.operation,
                duration(call.startedAfterMs),
                duration(call.durationMs),
                call.exception !== undefined && call.category !== undefined ? (
                  <ExceptionName key="outcome" exception={call.exception} category={call.category} />
                ) : (
                  'success'
                ),
              ],
            }))}
          />
        )}
      </Section>
      {Object.keys(fields).length > 0 && (
        <Section title="Fields">
          <Facts facts={Object.entries(fields).map(([name, value]) => [name, shown(value)])} />
        </Section>
      )}
    </article>
  )
}

/** The chain from what the caller was told down to where it began. */
function Causes({ causes }: Pick<TxRow, 'causes'>) {
  return (
    <Section title="Cause chain">
      <ol aria-label="Cause chain" className="flex flex-col">
        {causes.map(({ exception, message, service, txId, stack }, depth) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a chain is known by its depth
            key={depth}
            className="border-l-2 border-line-strong pb-3 pl-3 last:pb-0"
          >
            <p className="flex flex-wrap items-center gap-2">
              {depth > 0 && <span className="text-muted">caused by</span>}
              <span className="font-semibold">{exception}</span>
              {service && <span className="text-muted">thrown by {service}</span>}
              {txId && <Copy noun="id" text={txId} />}
            </p>
            <p>{message}</p>
            {stack && (
              <details className="mt-1">
                <summary className="cursor-pointer text-muted">Stack</summary>
                <pre className="mt-1 rounded border bg-raised p-2 font-mono text-xs break-words whitespace-pre-wrap">
                  {stack}
                </pre>
              </details>
            )}
          </li>
        ))}
      </ol>
    </Section>
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
