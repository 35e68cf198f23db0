import type { TxRow } from 'evenkeel/tx-log'
import { duration } from '../format/time.ts'
import { Empty } from '../ui/empty.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { PlainTable } from '../ui/plain-table.tsx'

/** Whom a transaction called, when, and how each call ended. */
export function OutgoingCalls({ calls }: Pick<TxRow, 'calls'>) {
  if (calls.length === 0) {
    return <Empty title="It called nobody">Calls to other services and systems would be listed here.</Empty>
  }
  return (
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
  )
}
