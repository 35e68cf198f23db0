import { z } from 'zod'

const rule = 'must say why, in 1 to 500 characters.'

/** Why an operator does something: what follows it ends the sentence. */
export const reasonField = z
  .string({ error: rule })
  .transform(text => text.trim().replace(/\.+$/, ''))
  .pipe(z.string().min(1, rule).max(500, rule))

/** What is said of a body that isn't a JSON object. @param fields "the field "reason"" */
export const bodyOf = (fields: string) => ({
  error: (issue: { code?: string | undefined }) =>
    issue.code === 'invalid_type' ? `must be a JSON object with ${fields}.` : undefined,
})
