import { dotOf, pillOf, type Tone } from './tone.ts'

export interface BadgeProps {
  tone: Tone
  children: string
  /** A dashed border says that it isn't finished. @default false */
  isOpen?: boolean
}

/** A state: a word, a dot, and a border that is solid once the state is settled. */
export function Badge({ tone, children, isOpen = false }: BadgeProps) {
  return (
    <span
      className={`inline-flex h-5 items-center gap-1.5 rounded-full border px-2 text-sm font-normal whitespace-nowrap ${pillOf[tone]} ${isOpen ? 'border-dashed' : ''}`}
    >
      <span aria-hidden className={`size-1.5 rounded-full ${dotOf[tone]} ${isOpen ? 'breathing' : ''}`} />
      {children}
    </span>
  )
}
