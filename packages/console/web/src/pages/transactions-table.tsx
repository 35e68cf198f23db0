import { useQuery } from '@tanstack/react-query'
import type { LiveReading, TxSummary } from '../../../src/live/live-reading.ts'
import { api } from '../api/client.ts'
import { duration } from '../format/time.ts'
import { Button } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { Failure } from '../ui/failure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { ShortIds } from '../ui/short-ids.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { transactionHref } from './hrefs.ts'

export interface TransactionsTableProps {
  reading: LiveReading
  /** Only those that ended with this class. */
  exception: string | undefined
  onAll: () => void
}

/** The newest transactions: all of them live, or those of one class from the log. */
export function TransactionsTable({ reading, exception, onAll }: TransactionsTableProps) {
  if (exception === undefined) {
    return (
      <Section title="Latest transactions">
        <Rows transactions={reading.transactions} />
      </Section>
    )
  }
  return (
    <Section
      title="Latest transactions"
      aside={
        <>
          <span className="text-muted">
            that ended with <strong className="text-ink">{exception}</strong>
          </span>
          <Button onPress={onAll}>Show all transactions</Button>
        </>
      }
    >
      <OfClass exception={exception} />
    </Section>
  )
}

function OfClass({ exception }: { exception: string }) {
  const found = useQuery({
    queryKey: ['transactions', exception],
    queryFn: () => api.transactionsOf(exception),
    refetchInterval: 2000,
  })
  // Rows that were read before stay in view: the header tells when they age.
  if (found.data !== undefined) return <Rows transactions={found.data} exception={exception} />
  if (found.error !== null) {
    return <Failure what="The transactions could not be read" error={found.error} onRetry={found.refetch} />
  }
  return <Skeleton label="Reading transactions" rows={5} />
}

function Rows({ transactions, exception }: { transactions: readonly TxSummary[]; exception?: string }) {
  return (
    <DataTable
      label="Latest transactions"
      columns={columns}
      rows={transactions}
      idOf={({ id }) => id}
      hrefOf={({ id }) => transactionHref(id)}
      empty={
        exception === undefined ? (
          <Empty title="No transaction yet" command={`curl -i ${location.origin}/`}>
            Every request, action and background run appears here as it ends. Make a first one:
          </Empty>
        ) : (
          <Empty title={`No transaction in the log ended with ${exception}`}>
            It was met in a step, which may have succeeded at another attempt: the actions tell.
          </Empty>
        )
      }
    />
  )
}

const columns: readonly DataColumn<TxSummary>[] = [
  { id: 'time', name: 'Time', cell: ({ startedAtMs }) => <RelativeTime atMs={startedAtMs} /> },
  {
    id: 'operation',
    name: 'Operation',
    isRowHeader: true,
    cell: ({ operation }) => <span title={operation}>{operation}</span>,
  },
  { id: 'status', name: 'Status', align: 'end', cell: ({ status }) => (status === 0 ? '–' : status) },
  {
    id: 'outcome',
    name: 'Outcome',
    isRowHeader: true,
    cell: ({ exception, category }) =>
      exception !== undefined && category !== undefined ? (
        <ExceptionName exception={exception} category={category} />
      ) : (
        <span className="text-muted">success</span>
      ),
  },
  { id: 'duration', name: 'Duration', align: 'end', cell: ({ durationMs }) => duration(durationMs) },
  {
    id: 'principal',
    name: 'Principal',
    cell: ({ principal }) => <ShortIds names={principal === undefined ? [] : [principal]} />,
  },
  {
    id: 'resource',
    name: 'Resource',
    cell: ({ resource }) => <ShortIds names={resource === undefined ? [] : [resource]} />,
  },
  { id: 'id', name: 'Id', cell: ({ id }) => <Copy noun="id" text={id} shown={`…${id.slice(-8)}`} /> },
]
