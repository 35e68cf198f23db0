import { withShortIds } from '../format/short.ts'

/** Names that hold ids, such as locks: short in a table, where the first says enough; in full on hover. */
export function ShortIds({ names }: { names: readonly string[] }) {
  const [first, ...others] = names
  if (first === undefined) return <span className="text-muted">–</span>
  return (
    <span title={names.join('\n')}>
      {withShortIds(first)}
      {others.length > 0 && <span className="text-muted"> +{others.length}</span>}
    </span>
  )
}
