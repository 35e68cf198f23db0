import type { Category } from 'evenkeel'
import { dotOf, type Tone } from './tone.ts'

/** The colour of each category: red where it is ours to act, no alarm where it isn't. */
const tones: Record<Category, Tone> = {
  internal: 'bad',
  dependency: 'bad',
  client: 'accent',
  discard: 'neutral',
}

/** An exception's class with its category, in words and by a dot. */
export function ExceptionName({ exception, category }: { exception: string; category: Category }) {
  const isFailure = category === 'internal' || category === 'dependency'
  return (
    <span className="inline-flex max-w-full items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden className={`size-1.5 shrink-0 rounded-full ${dotOf[tones[category]]}`} />
      <span title={exception} className={`truncate ${isFailure ? 'font-semibold text-bad' : ''}`}>
        {exception}
      </span>
      <span className="text-sm text-muted">{category}</span>
    </span>
  )
}
