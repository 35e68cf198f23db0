import { useQuery } from '@tanstack/react-query'
import type { LiveReading, TxSummary } from '../../../src/live/live-reading.ts'
import { api } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { transactionHref } from './hrefs.ts'
import { transactionColumns } from './transaction-columns.tsx'

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
    queryFn: () => api.transactions({ exception, limit: 50 }),
    refetchInterval: 2000,
  })
  // Rows that were read before stay in view: the header tells when they age.
  if (found.data !== undefined) return <Rows transactions={found.data.transactions} exception={exception} />
  if (found.error !== null) {
    return <Failure what="The transactions could not be read" error={found.error} onRetry={found.refetch} />
  }
  return <Skeleton label="Reading transactions" rows={5} />
}

function Rows({ transactions, exception }: { transactions: readonly TxSummary[]; exception?: string }) {
  return (
    <DataTable
      label="Latest transactions"
      columns={transactionColumns}
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
