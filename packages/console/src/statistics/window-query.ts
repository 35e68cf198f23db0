import type { Stretch } from 'evenkeel/stats'
import { z } from 'zod'

const timeRule = 'must be a time in whole seconds since 1970.'

const second = z
  .string({ error: timeRule })
  .regex(/^\d{1,12}$/, timeRule)
  .transform(Number)

/** The parameters that name a window of time. */
export const windowFields = { from: second, to: second }

/** For `refine`: a window has a length. A time that isn't one has been complained about already. */
export const isForward = [
  ({ from, to }: { from: number; to: number }) => !(from >= to),
  { path: ['to'], error: 'must be later than from.' },
] as const satisfies Parameters<z.ZodType<{ from: number; to: number }>['refine']>

export function stretchOf({ from, to }: { from: number; to: number }): Stretch {
  return { fromSecond: from, toSecond: to }
}
