import type { TxSummary } from '../../../src/live/live-reading.ts'
import { duration } from '../format/time.ts'
import { Copy } from '../ui/copy.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { ShortIds } from '../ui/short-ids.tsx'

/** A transaction in one line, wherever transactions are listed. */
export const transactionColumns: readonly DataColumn<TxSummary>[] = [
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
