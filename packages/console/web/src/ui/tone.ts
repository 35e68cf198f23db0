/** What a colour says; it is always said in words too. */
export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad'

export const dotOf: Record<Tone, string> = {
  neutral: 'bg-muted',
  accent: 'bg-accent',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
}

export const pillOf: Record<Tone, string> = {
  neutral: 'border-line-strong bg-raised text-muted',
  accent: 'border-accent/40 bg-accent-soft text-accent',
  good: 'border-good/40 bg-good-soft text-good',
  warn: 'border-warn/40 bg-warn-soft text-warn',
  bad: 'border-bad/40 bg-bad-soft text-bad',
}
