import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { LossDimension } from 'evenkeel/stats'
import type { TxRow } from 'evenkeel/tx-log'
import { useState } from 'react'
import { api, type Parameters } from '../api/client.ts'
import { duration } from '../format/time.ts'
import { Button } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { ShowOlder } from '../ui/show-older.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { TimeWindow } from '../ui/time-window.ts'
import { CauseChain } from './cause-chain.tsx'
import { transactionHref } from './hrefs.ts'
import { OutgoingCalls } from './outgoing-calls.tsx'
import { transactionColumns } from './transaction-columns.tsx'

export interface BehindClassProps {
  timeWindow: TimeWindow
  exception: string
  by: LossDimension | undefined
  /** The operation or caller that it is about, if it is about one. */
  of: string | undefined
}

/** The transactions that a share is made of: one as an example, and all of them. */
export function BehindClass({ timeWindow, exception, by, of }: BehindClassProps) {
  const question = questionOf({ timeWindow, exception, by, of })
  const found = useInfiniteQuery({
    queryKey: ['behind', question],
    queryFn: ({ pageParam }) => api.transactions({ ...question, before: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ before }) => before,
  })
  const transactions = found.data?.pages.flatMap(page => page.transactions)
  return (
    <Section
      title={`Behind ${exception}`}
      aside={<span className="text-muted">what ended with it in the window{whose({ by, of })}</span>}
    >
      {found.error !== null && (
        <Failure what="The transactions could not be read" error={found.error} onRetry={found.refetch} />
      )}
      {transactions === undefined && found.error === null && (
        <Skeleton label="Reading transactions" rows={6} />
      )}
      {transactions !== undefined && (
        <div className="flex flex-col gap-3">
          {transactions.length > 0 && <Examples transactions={transactions} />}
          <DataTable
            label={`Transactions that ended with ${exception}`}
            columns={transactionColumns}
            rows={transactions}
            idOf={({ id }) => id}
            hrefOf={({ id }) => transactionHref(id)}
            empty={
              <Empty title="The log has no such transaction in this window">
                Only what ends a transaction is found here, not what was met on the way. It may also have been
                in the time before, be older than the log keeps, or have been shed:{' '}
                <Link to="/log">the log’s page</Link> tells.
              </Empty>
            }
          />
          <ShowOlder found={found} />
        </div>
      )}
    </Section>
  )
}

/** One of the transactions with all that explains it. */
function Examples({ transactions }: { transactions: readonly TxRow[] }) {
  const [at, setAt] = useState(0)
  const example = transactions[at % transactions.length]
  if (example === undefined) return null
  const { id, operation, status, durationMs, startedAtMs, causes, calls, kind } = example
  return (
    <article aria-label="Example transaction" className="flex flex-col gap-3 rounded border px-4 py-3">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h3 className="font-semibold wrap-anywhere">
          <Link to="/transactions/$id" params={{ id }}>
            {operation}
          </Link>
        </h3>
        <span>{status === 0 ? kind : `status ${status}`}</span>
        <span>{duration(durationMs)}</span>
        <RelativeTime atMs={startedAtMs} />
        <Copy noun="incident number" text={id} />
        <span className="flex-1" />
        {transactions.length > 1 && (
          <Button look="quiet" onPress={() => setAt((at + 1) % transactions.length)}>
            Another example
          </Button>
        )}
      </header>
      <CauseChain causes={causes} />
      <OutgoingCalls calls={calls} />
    </article>
  )
}

function questionOf({ timeWindow, exception, by, of }: BehindClassProps): Parameters {
  return {
    exception,
    endedFrom: timeWindow.fromSecond * 1000,
    endedTo: timeWindow.toSecond * 1000,
    // The log doesn't know releases.
    ...(by === 'operation' && { operation: of }),
    ...(by === 'caller' && { caller: of }),
    limit: 20,
  }
}

function whose({ by, of }: Pick<BehindClassProps, 'by' | 'of'>): string {
  if (of === undefined || by === 'release') return ''
  return by === 'operation' ? ` at ${of}` : `, of ${of}`
}
