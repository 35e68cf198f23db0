import { useInfiniteQuery } from '@tanstack/react-query'
import type { Comparison } from '../../../src/findings/findings-source.ts'
import { api } from '../api/client.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { ShowOlder } from '../ui/show-older.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { FindingItem } from './finding-item.tsx'
import type { FindingsShown } from './findings-search.ts'

export interface FoundFindingsProps {
  shown: FindingsShown
  /** The last comparison that has ended: undefined if there is none. */
  last: Comparison | undefined
}

const findingsPerPage = 50
const rereadMs = 2000

/** The findings that have come to this, page by page. */
export function FoundFindings({ shown, last }: FoundFindingsProps) {
  const found = useInfiniteQuery({
    queryKey: ['findings', shown],
    queryFn: ({ pageParam }) => api.findings({ state: shown, before: pageParam, limit: findingsPerPage }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ before }) => before,
    // Whoever reads older pages doesn't want the list to move, and the server not to read them all again.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) === 1 ? rereadMs : false),
  })
  const findings = found.data?.pages.flatMap(page => page.findings)
  return (
    <div className="flex flex-col gap-3">
      {found.error !== null && (
        <Failure what="The findings could not be read" error={found.error} onRetry={found.refetch} />
      )}
      {findings === undefined && found.error === null && <Skeleton label="Reading the findings" rows={8} />}
      {findings?.length === 0 && (
        <div className="rounded border px-3 py-6">
          <NoFinding shown={shown} last={last} />
        </div>
      )}
      {findings !== undefined && findings.length > 0 && (
        <ul aria-label="Findings" className="flex flex-col gap-2">
          {findings.map(finding => (
            <FindingItem key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
      <ShowOlder found={found} />
    </div>
  )
}

function NoFinding({ shown, last }: FoundFindingsProps) {
  if (shown !== 'unsettled') {
    return <Empty title="None">What was settled is kept for a while, and shown here.</Empty>
  }
  if (last === undefined) {
    return (
      <Empty title="Nothing has been compared yet">
        The records are compared with the cloud every few minutes. What differs appears here.
      </Empty>
    )
  }
  return (
    <Empty title={verdictOn(last)}>
      What differs appears here: an object at the cloud that no record has, a record whose object is gone,
      something that is other than its record says. What is safe to repair is repaired by itself.
    </Empty>
  )
}

function verdictOn({ exception, found }: Comparison): string {
  if (exception !== undefined) return 'Nothing is known to differ, but the last comparison was not complete'
  const isAllEqual = Object.values(found).every(count => count === 0)
  // What was dismissed differs still.
  return isAllEqual ? 'The records and the cloud agree' : 'Nothing is left to be seen to'
}
