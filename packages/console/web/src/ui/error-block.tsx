import type { Category } from 'evenkeel'
import { Copy } from './copy.tsx'
import { ExceptionName } from './exception-name.tsx'

export interface ErrorBlockProps {
  exception: string
  category: Category
  message: string
  /** What led to it, outermost first. */
  causes: readonly string[]
}

/** An exception with everything that operators may know of it. */
export function ErrorBlock({ exception, category, message, causes }: ErrorBlockProps) {
  const isFailure = category === 'internal' || category === 'dependency'
  return (
    <div className={`rounded border px-4 py-3 ${isFailure ? 'border-bad/40 bg-bad-soft' : 'bg-raised'}`}>
      <p className="flex flex-wrap items-center gap-2">
        <ExceptionName exception={exception} category={category} />
        <Copy noun="class" text={exception} shown="" />
      </p>
      <p className="mt-1">{message}</p>
      {causes.length > 0 && (
        <ol aria-label="Caused by" className="mt-2 flex flex-col gap-1 border-l-2 border-line-strong pl-3">
          {causes.map(cause => (
            <li key={cause}>
              <span className="text-muted">caused by </span>
              {cause}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
