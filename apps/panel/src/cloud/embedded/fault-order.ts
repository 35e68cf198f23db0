import { ValidationException } from 'evenkeel'
import { z } from 'zod'
import { cloudOperations } from './operations.ts'

/** What the embedded cloud can be ordered to do at an operation. */
export const faultKinds = [
  'refuse', // answers no; nothing happened
  'busy', // answers busy; nothing happened
  'lose-answer', // does it, and the caller gets a time-out
  'late-effect', // the caller gets a time-out; the effect comes `delayMs` later
  'error-state', // accepts, and the object ends in an error state; a read fails
  'slow', // takes ten times as long
  'crash', // kills the process after the effect, before the answer
] as const

export type FaultKind = (typeof faultKinds)[number]

const delayMsMax = 24 * 60 * 60 * 1000

const faultOrder = z.strictObject(
  {
    operation: z.enum(cloudOperations, {
      error: `is not an operation of the cloud. Choose one of ${cloudOperations.join(', ')}.`,
    }),
    kind: z.enum(faultKinds, { error: `is not a kind of fault. Choose one of ${faultKinds.join(', ')}.` }),
    times: z
      .int({ error: 'must be a whole number, or null for no limit.' })
      .min(1, { error: 'must be at least 1, or null for no limit.' })
      .nullable()
      .default(null),
    probability: numberFromTo(0, 1, 'must be a number from 0 to 1.').default(1),
    delayMs: numberFromTo(0, delayMsMax, `must be a number of milliseconds from 0 to ${delayMsMax}.`)
      .transform(Math.round)
      .default(3000),
  },
  { error: issue => (issue.code === 'unrecognized_keys' ? undefined : 'must be a fault order.') },
)

const faultOrders = z
  .array(faultOrder, { error: 'must be a list of fault orders.' })
  .max(1000, { error: 'holds too many orders: at most 1000 are kept.' })

/** What is to go wrong, how often (`times`: null without limit), with which probability, and for a late effect how late. */
export type FaultOrder = Readonly<z.output<typeof faultOrder>>

/** @throws {ValidationException} it isn't a list of fault orders; the fields say which part and what is allowed */
export function parseFaultOrders(input: unknown): readonly FaultOrder[] {
  const parsed = faultOrders.safeParse(input)
  if (parsed.success) return parsed.data
  const fields: Record<string, string> = {}
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        fields[fieldPath([...issue.path, key])] = 'is not a field of a fault order.'
    } else {
      fields[fieldPath(issue.path)] ??= issue.message
    }
  }
  throw new ValidationException(fields)
}

function numberFromTo(from: number, to: number, error: string) {
  return z.number({ error }).min(from, { error }).max(to, { error })
}

/** `[0].operation`, or `orders` for the list itself. */
function fieldPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'orders'
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('')
}
