import { useTail } from '../live/use-tail.ts'
import { Button } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { Section } from '../ui/section.tsx'
import { transactionHref } from './hrefs.ts'
import { conditionsOf, type LogSearch } from './log-search.ts'
import { transactionColumns } from './transaction-columns.tsx'

const words = {
  connecting: 'connecting …',
  following: 'following',
  reconnecting: 'reconnecting …',
  paused: 'paused',
}

/** Transactions as they are logged. */
export function FollowedLog({ question }: { question: LogSearch }) {
  const { connection, rows, skipped, isPaused, setPaused } = useTail(conditionsOf(question))
  return (
    <Section
      title="Transactions as they end"
      aside={
        <>
          <span role="status" className="text-muted">
            {isPaused ? words.paused : words[connection]}
          </span>
          {skipped > 0 && (
            <span className="text-warn">{skipped} more came too fast to be shown: the search finds them</span>
          )}
          <Button look="quiet" aria-pressed={isPaused} onPress={() => setPaused(!isPaused)}>
            {isPaused ? 'Go on' : 'Pause'}
          </Button>
        </>
      }
    >
      <DataTable
        label="Transactions as they end"
        height="tall"
        columns={transactionColumns}
        rows={rows}
        idOf={({ id }) => id}
        hrefOf={({ id }) => transactionHref(id)}
        empty={<Empty title="None yet">Whatever ends and meets the conditions appears here at once.</Empty>}
      />
    </Section>
  )
}
