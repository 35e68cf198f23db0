import type { ReactNode } from 'react'

export interface SectionProps {
  title: string
  /** What stands beside the title: a filter, a number. */
  aside?: ReactNode
  children: ReactNode
}

export function Section({ title, aside, children }: SectionProps) {
  return (
    <section aria-label={title}>
      <div className="mb-1.5 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
