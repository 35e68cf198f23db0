import type { ReactNode } from 'react'

export interface PlainTableProps {
  label: string
  head: readonly string[]
  /** The columns that hold words; others hold figures, which stand at the right to be compared. @default the first */
  wordColumns?: readonly number[]
  /** The first cell of a row says which row it is. */
  rows: readonly { readonly key: string | number; readonly cells: readonly ReactNode[] }[]
}

/** Figures to read, nothing to open. */
export function PlainTable({ label, head, wordColumns = [0], rows }: PlainTableProps) {
  return (
    // Focusable, so that it can be scrolled by keys.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section aria-label={`${label}: figures`} tabIndex={0} className="max-h-72 overflow-auto rounded border">
      <table className="w-full border-separate border-spacing-0 text-sm">
        <caption className="sr-only">{label}</caption>
        <thead className="sticky top-0 bg-raised">
          <tr>
            {head.map((name, at) => (
              <th
                key={name}
                scope="col"
                className={`h-7 border-b px-3 font-normal whitespace-nowrap text-muted ${wordColumns.includes(at) ? 'text-left' : 'text-right'}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...others] }) => (
            <tr key={key} className="hover:bg-hover">
              <th scope="row" className="h-6 px-3 text-left font-normal whitespace-nowrap">
                {first}
              </th>
              {others.map((cell, at) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its column
                  key={at}
                  className={`px-3 whitespace-nowrap ${wordColumns.includes(at + 1) ? 'text-left' : 'text-right'}`}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
