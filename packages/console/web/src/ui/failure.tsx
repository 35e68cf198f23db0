import { ApiFailure } from '../api/client.ts'
import { Button } from './button.tsx'
import { Copy } from './copy.tsx'

export interface FailureProps {
  /** What could not be done: "The action could not be read". */
  what: string
  error: Error
  /** Left out where it is tried again without anyone's doing. */
  onRetry?: () => void
}

/** A view that failed: what happened, its name, and another try. */
export function Failure({ what, error, onRetry }: FailureProps) {
  const { exception, txId } = error instanceof ApiFailure ? error : {}
  return (
    <div role="alert" className="rounded border border-bad/40 bg-bad-soft px-4 py-3">
      <p className="font-semibold text-bad">{what}</p>
      <p className="mt-1">{error.message}</p>
      <p className="mt-2 flex flex-wrap items-center gap-3">
        {onRetry && <Button onPress={onRetry}>Try again</Button>}
        {exception && <Copy noun="class" text={exception} />}
        {txId && <Copy noun="incident number" text={txId} />}
      </p>
    </div>
  )
}
