import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Section } from '../ui/section.tsx'
import { ShowOlder } from '../ui/show-older.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { transactionHref } from './hrefs.ts'
import { type LogSearch, questionOf } from './log-search.ts'
import { transactionColumns } from './transaction-columns.tsx'

const rowsPerPage = 50

/** What the log answers, page by page, newest first. */
export function FoundInLog({ question }: { question: LogSearch }) {
  const found = useInfiniteQuery({
    queryKey: ['log', question],
    queryFn: ({ pageParam }) =>
      api.transactions({ ...questionOf(question), before: pageParam, limit: rowsPerPage }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ before }) => before,
  })
  const transactions = found.data?.pages.flatMap(page => page.transactions)
  return (
    <Section
      title="Transactions"
      aside={
        <>
          <span className="text-muted">by when they began, newest first</span>
          <Button look="quiet" onPress={() => found.refetch()}>
            {found.isRefetching ? 'Reading …' : 'Read again'}
          </Button>
        </>
      }
    >
      {found.error !== null && (
        <Failure what="The log could not be searched" error={found.error} onRetry={found.refetch} />
      )}
      {transactions === undefined && found.error === null && <Skeleton label="Searching the log" rows={8} />}
      {transactions !== undefined && (
        <div className="flex flex-col gap-3">
          <DataTable
            label="Transactions"
            height="tall"
            columns={transactionColumns}
            rows={transactions}
            idOf={({ id }) => id}
            hrefOf={({ id }) => transactionHref(id)}
            empty={
              <Empty title="The log has no such transaction">
                Names must be given whole and in their own case; a text may stand anywhere in a message or a
                field.
              </Empty>
            }
          />
          <ShowOlder found={found} />
        </div>
      )}
    </Section>
  )
}
