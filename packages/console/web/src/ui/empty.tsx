import type { ReactNode } from 'react'
import { Copy } from './copy.tsx'

export interface EmptyProps {
  title: string
  /** What this is, and how to get a first one. */
  children: ReactNode
  /** A command that makes a first one. */
  command?: string
}

/** A view with nothing in it yet. */
export function Empty({ title, children, command }: EmptyProps) {
  return (
    <div className="mx-auto max-w-2xl text-center whitespace-normal">
      <p className="font-semibold">{title}</p>
      <p className="text-muted">{children}</p>
      {command && (
        <p className="mt-2">
          <Copy noun="command" text={command} />
        </p>
      )}
    </div>
  )
}
