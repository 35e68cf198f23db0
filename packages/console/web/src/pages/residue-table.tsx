import type { ResidueView } from 'evenkeel/actions'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { DueTime } from '../ui/due-time.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Section } from '../ui/section.tsx'
import { ShortIds } from '../ui/short-ids.tsx'
import { actionHref } from './hrefs.ts'

/** What could not be cleaned up yet: on the page only while there is any. */
export function ResidueTable({ residue }: { residue: readonly ResidueView[] }) {
  return (
    <Section
      title="Residue"
      aside={
        <span className="text-muted">
          what an undo could not finish yet; customers neither see it nor pay for it
        </span>
      }
    >
      <DataTable
        label="Residue"
        columns={columns}
        rows={residue}
        idOf={({ key }) => key}
        hrefOf={({ actionId }) => actionHref(actionId)}
        empty="Nothing is left over."
      />
    </Section>
  )
}

const columns: readonly DataColumn<ResidueView>[] = [
  { id: 'since', name: 'Since', cell: ({ sinceMs }) => <RelativeTime atMs={sinceMs} /> },
  { id: 'step', name: 'Step', isRowHeader: true, cell: ({ action, path }) => `${action} / ${path}` },
  {
    id: 'object',
    name: 'Object',
    cell: ({ object }) => (object === undefined ? 'none known' : <ShortIds names={[object]} />),
  },
  { id: 'attempts', name: 'Attempts', align: 'end', cell: ({ attempts }) => attempts },
  { id: 'last', name: 'Last exception', cell: ({ lastException }) => <ExceptionName {...lastException} /> },
  { id: 'next', name: 'Next try', cell: ({ nextTryMs }) => <DueTime atMs={nextTryMs} /> },
  { id: 'actor', name: 'Who acts', cell: ({ actor }) => `the ${actor}` },
]
