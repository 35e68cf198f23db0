import { z } from 'zod'
import { canonicalAddress } from '../addressing/address.ts'
import { notAValidChoice, quoted } from './validate.ts'

/** The kinds of fields that requests are made of. Forms send numbers and truth values as texts, so these are taken too. */

/** A text without control characters, which is more than space. */
export function text({ max = 255 }: { max?: number } = {}) {
  return z
    .string()
    .refine(value => value.trim() !== '', 'This field may not be empty.')
    .max(max, `Must have at most ${max} characters.`)
    .refine(value => !/\p{Cc}/u.test(value), 'Must not contain line breaks or other control characters.')
    .refine(isUnicode, notUnicode)
}

/** Whether a text can be written down and read again: JSON can name halves of characters, which no encoding has. */
export function isUnicode(text: string): boolean {
  return text.isWellFormed()
}

export const notUnicode = 'Must be Unicode text: it has half of a surrogate pair in it.'

export interface WholeNumberOptions {
  min: number
  max?: number
  /** What it must be a multiple of. @default 1 */
  step?: number
}

/** A number of things or gigabytes. */
export function wholeNumber({ min, max = 1_000_000, step = 1 }: WholeNumberOptions) {
  const range = `Must be a whole number from ${min} to ${max}${step === 1 ? '' : `, in steps of ${step}`}.`
  return z
    .preprocess(
      given => (typeof given === 'string' && /^[+-]?\d{1,15}$/.test(given) ? Number(given) : given),
      z
        .number({ error: issue => (issue.input === undefined ? undefined : range) })
        .refine(value => Number.isSafeInteger(value), range)
        .min(min, range)
        .max(max, range)
        .refine(value => value % step === 0, range),
    )
    .meta({ type: 'integer', ...(step !== 1 && { multipleOf: step }) })
}

const truthTexts: { readonly [text: string]: boolean } = {
  true: true,
  True: true,
  false: false,
  False: false,
}

export const truth = z.preprocess(
  given => (typeof given === 'string' ? (truthTexts[given] ?? given) : given),
  z.boolean(),
)

/** An id that we gave. Read in any case, written in lower case. */
export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'Must be a valid UUID.')
  .transform(value => value.toLowerCase())

/** One of a fixed set. */
export function choice<const Choice extends string>(choices: readonly Choice[]) {
  return z.enum(choices as readonly [Choice, ...Choice[]], {
    error: issue => (issue.input === undefined ? undefined : notAValidChoice(issue.input, choices)),
  })
}

/** A host name or a fully qualified one. */
export const hostName = z
  .string()
  .max(253, 'Must have at most 253 characters.')
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i,
    'Must be a host name or a fully qualified domain name: labels of 1 to 63 letters, digits and hyphens, with dots between.',
  )

/** One of a fixed set of words, which the API's clients know by another message than other choices. */
export function expected<const Choice extends string>(field: string, choices: readonly Choice[]) {
  return z.enum(choices as readonly [Choice, ...Choice[]], {
    error: issue =>
      issue.input === undefined
        ? undefined
        : `${quoted(issue.input)} is not a valid ${field}. Expect one of ${choices.join(', ')}.`,
  })
}

/** A port of a protocol over IP. */
export function port(field: string) {
  const range = `The ${field} must be between 1 and 65535.`
  return z
    .preprocess(
      given => (typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given),
      z
        .number({ error: issue => (issue.input === undefined ? undefined : range) })
        .refine(value => Number.isInteger(value) && value >= 1 && value <= 65_535, range),
    )
    .meta({ type: 'integer', minimum: 1, maximum: 65_535 })
}

/** An address in its canonical form. */
export const ipAddress = z.string().transform((text, context) => {
  const canonical = canonicalAddress(text)
  if (canonical !== undefined) return canonical.address
  context.addIssue('Enter a valid IP address.')
  return z.NEVER
})
