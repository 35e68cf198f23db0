import type { TxRow } from 'evenkeel/tx-log'
import { Copy } from '../ui/copy.tsx'

/** The chain from what the caller was told down to where it began. */
export function CauseChain({ causes }: Pick<TxRow, 'causes'>) {
  return (
    <ol aria-label="Cause chain" className="flex flex-col">
      {causes.map(({ exception, message, service, txId, stack }, depth) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a chain is known by its depth
          key={depth}
          className="border-l-2 border-line-strong pb-3 pl-3 last:pb-0"
        >
          <p className="flex flex-wrap items-center gap-2">
            {depth > 0 && <span className="text-muted">caused by</span>}
            <span className="font-semibold">{exception}</span>
            {service && <span className="text-muted">thrown by {service}</span>}
            {txId && <Copy noun="id" text={txId} />}
          </p>
          <p>{message}</p>
          {stack && (
            <details className="mt-1">
              <summary className="cursor-pointer text-muted">Stack</summary>
              <pre className="mt-1 rounded border bg-raised p-2 font-mono text-xs break-words whitespace-pre-wrap">
                {stack}
              </pre>
            </details>
          )}
        </li>
      ))}
    </ol>
  )
}
