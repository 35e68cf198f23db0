import type { ReactNode } from 'react'
import { Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components'

export interface DataColumn<T> {
  id: string
  name: string
  /** Whether it says which row this is: what such columns hold is the row's name. At least one does. */
  isRowHeader?: boolean
  /** Numbers stand at the right, so that they can be compared. @default 'start' */
  align?: 'start' | 'end'
  cell: (row: T) => ReactNode
}

export interface DataTableProps<T> {
  label: string
  columns: readonly DataColumn<T>[]
  rows: readonly T[]
  idOf: (row: T) => string
  /** Where a row leads to when it is clicked, or opened by Enter. */
  hrefOf: (row: T) => string
  /** Shown when there is no row: what this is, and how to get a first one. */
  empty: ReactNode
  /** How much of the page it takes, when there is much in it. @default 'low' */
  height?: 'low' | 'tall'
}

const heights = { low: 'max-h-[366px]', tall: 'max-h-[70vh]' }

/** Rows that can be walked through by arrow keys and opened. */
export function DataTable<T extends object>({
  label,
  columns,
  rows,
  idOf,
  hrefOf,
  empty,
  height = 'low',
}: DataTableProps<T>) {
  return (
    <div className={`${heights[height]} overflow-auto rounded border`}>
      <Table aria-label={label} className="w-full border-separate border-spacing-0">
        <TableHeader className="sticky top-0 z-10 bg-raised">
          {columns.map(({ id, name, isRowHeader = false, align }) => (
            <Column
              key={id}
              id={id}
              isRowHeader={isRowHeader}
              className={`h-7 border-b px-3 text-sm font-normal whitespace-nowrap text-muted ${align === 'end' ? 'text-right' : 'text-left'}`}
            >
              {name}
            </Column>
          ))}
        </TableHeader>
        <TableBody renderEmptyState={() => <div className="px-3 py-6">{empty}</div>}>
          {rows.map(row => (
            <Row
              key={idOf(row)}
              id={idOf(row)}
              href={hrefOf(row)}
              className="group cursor-pointer data-[hovered]:bg-hover data-[focus-visible]:-outline-offset-2"
            >
              {columns.map(({ id, align, cell }) => (
                <Cell
                  key={id}
                  className={`h-8 max-w-84 overflow-hidden border-b px-3 text-ellipsis whitespace-nowrap group-last:border-b-0 ${align === 'end' ? 'text-right' : ''}`}
                >
                  {cell(row)}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
