import type { LossDimension, LossOverTime, LossShare } from 'evenkeel/stats'
import type { ReactNode } from 'react'
import { points, pointsOfChange } from '../format/figures.ts'
import { ExceptionName } from '../ui/exception-name.tsx'

/** The share whose transactions are shown. */
export interface OpenShare {
  readonly exception: string | undefined
  readonly of: string | undefined
}

export interface ShareTableProps {
  loss: LossOverTime
  by: LossDimension | undefined
  open: OpenShare
  onOpen: (share: OpenShare) => void
}

/** The shares of a loss, the greatest change first, and their sum. A row opens what it is made of. */
export function ShareTable({ loss: { window, before, change, shares }, by, open, onOpen }: ShareTableProps) {
  const lostMax = Math.max(...shares.flatMap(({ lost, lostBefore }) => [lost, lostBefore]))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section aria-label="Shares: figures" tabIndex={0} className="max-h-96 overflow-auto rounded border">
      <table className="w-full border-separate border-spacing-0">
        <caption className="sr-only">Shares of the lost success rate</caption>
        <thead className="sticky top-0 z-10 bg-raised text-sm">
          <tr>
            <Head>Class</Head>
            {by !== undefined && <Head>{heads[by]}</Head>}
            <Head isFigure>Points lost</Head>
            <Head isFigure>Change</Head>
            <Head isFigure>Count</Head>
            <Head isFigure>Before</Head>
          </tr>
        </thead>
        <tbody>
          {shares.map(share => (
            <ShareRow
              key={`${share.exception} ${share.category} ${share.of}`}
              share={share}
              hasDimension={by !== undefined}
              lostMax={lostMax}
              isOpen={share.exception === open.exception && share.of === open.of}
              onOpen={() => onOpen({ exception: share.exception, of: share.of })}
            />
          ))}
        </tbody>
        <tfoot className="sticky bottom-0 bg-raised font-semibold">
          <tr>
            <th scope="row" className="h-8 border-t px-3 text-left">
              All together
            </th>
            {by !== undefined && <td className="border-t" />}
            <Figure isSum>{points(1 - (window.successRate ?? 1))}</Figure>
            <Figure isSum>{pointsOfChange(change)}</Figure>
            <Figure isSum>{sumOf(shares, ({ count }) => count)}</Figure>
            <Figure isSum>
              {sumOf(shares, ({ countBefore }) => countBefore)} of {before.count}
            </Figure>
          </tr>
        </tfoot>
      </table>
    </section>
  )
}

const heads: Record<LossDimension, string> = { operation: 'Operation', caller: 'Caller', release: 'Release' }

interface ShareRowProps {
  share: LossShare
  hasDimension: boolean
  /** The greatest loss of all, which is drawn over the whole width. */
  lostMax: number
  isOpen: boolean
  onOpen: () => void
}

function ShareRow({ share, hasDimension, lostMax, isOpen, onOpen }: ShareRowProps) {
  const { exception, category, of, lost, lostBefore, change, count, countBefore } = share
  return (
    <tr className={`group ${isOpen ? 'bg-hover' : 'hover:bg-hover'}`}>
      <th scope="row" className="border-b p-0 text-left font-normal group-last:border-b-0">
        {category === undefined ? (
          <span className="flex min-h-8 items-center px-3 text-muted">
            {exception}: all smaller ones, folded
          </span>
        ) : (
          <button
            type="button"
            aria-pressed={isOpen}
            onClick={onOpen}
            className="flex min-h-8 w-full min-w-40 cursor-pointer items-center px-3 text-left focus-visible:-outline-offset-2"
          >
            <ExceptionName exception={exception} category={category} />
          </button>
        )}
      </th>
      {hasDimension && (
        <td className="max-w-72 border-b px-3 wrap-anywhere group-last:border-b-0">
          {of ?? <span className="text-muted">not known</span>}
        </td>
      )}
      <Figure>
        {points(lost)}
        <Bars lost={lost} lostBefore={lostBefore} lostMax={lostMax} />
      </Figure>
      <Figure>
        <span className={change > 0 ? 'text-bad' : 'text-muted'}>{pointsOfChange(change)}</span>
      </Figure>
      <Figure>{count}</Figure>
      <Figure>{countBefore}</Figure>
    </tr>
  )
}

/** What is lost now, over what was lost before. */
function Bars({ lost, lostBefore, lostMax }: { lost: number; lostBefore: number; lostMax: number }) {
  const widthOf = (part: number) => `${(100 * part) / lostMax}%`
  return (
    <span aria-hidden className="ml-2 hidden w-24 flex-col items-start gap-px align-middle sm:inline-flex">
      <span className="h-1.5 rounded-sm bg-bad" style={{ width: widthOf(lost) }} />
      <span className="h-1 rounded-sm bg-line-strong" style={{ width: widthOf(lostBefore) }} />
    </span>
  )
}

function Head({ children, isFigure = false }: { children: string; isFigure?: boolean }) {
  return (
    <th
      scope="col"
      className={`h-7 border-b px-3 font-normal whitespace-nowrap text-muted ${isFigure ? 'text-right' : 'text-left'}`}
    >
      {children}
    </th>
  )
}

function Figure({ children, isSum = false }: { children: ReactNode; isSum?: boolean }) {
  return (
    <td
      className={`px-3 text-right whitespace-nowrap ${isSum ? 'border-t' : 'border-b group-last:border-b-0'}`}
    >
      {children}
    </td>
  )
}

function sumOf(shares: readonly LossShare[], figure: (share: LossShare) => number): number {
  return shares.reduce((sum, share) => sum + figure(share), 0)
}
