import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Section } from '../ui/section.tsx'
import { ShowOlder } from '../ui/show-older.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { type ActionsSearch, actionsQueryOf } from './actions-search.ts'
import { actionColumns, NoActionYet } from './actions-table.tsx'
import { actionHref } from './hrefs.ts'

const rowsPerPage = 50
const rereadMs = 2000

/** The actions that meet the conditions, page by page, newest first. */
export function FoundActions({ search }: { search: ActionsSearch }) {
  const found = useInfiniteQuery({
    queryKey: ['actions', search],
    queryFn: ({ pageParam }) =>
      api.actions({ ...actionsQueryOf(search), before: pageParam, limit: rowsPerPage }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ before }) => before,
    // Whoever reads older pages doesn't want the rows to move, and the server not to read them all again.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) === 1 ? rereadMs : false),
  })
  const actions = found.data?.pages.flatMap(page => page.actions)
  return (
    <Section title="Actions" aside={<span className="text-muted">newest first</span>}>
      {found.error !== null && (
        <Failure what="The actions could not be read" error={found.error} onRetry={found.refetch} />
      )}
      {actions === undefined && found.error === null && <Skeleton label="Reading the actions" rows={8} />}
      {actions !== undefined && (
        <div className="flex flex-col gap-3">
          <DataTable
            label="Actions"
            height="tall"
            columns={actionColumns}
            rows={actions}
            idOf={({ id }) => id}
            hrefOf={({ id }) => actionHref(id)}
            empty={Object.keys(search).length === 0 ? <NoActionYet /> : noSuchAction}
          />
          <ShowOlder found={found} />
        </div>
      )}
    </Section>
  )
}

const noSuchAction = (
  <Empty title="There is no such action">
    Names are given whole and in their own case. Actions are kept for 30 days after nothing is left over of
    them.
  </Empty>
)
