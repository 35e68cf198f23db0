import { BadClientRequestException } from 'evenkeel'
import type { z } from 'zod'

/** Two changes in one request could end differently: each is asked for by itself. */
export class OnlyOneAttributeException extends BadClientRequestException<{ attributes: readonly string[] }> {
  constructor(attributes: readonly string[]) {
    super(
      `Only one attribute can be changed at a time, and this request has ${attributes.join(' and ')}. Send one request for each.`,
      { data: { attributes } },
    )
  }
}

/**
 * Before the values are looked at, so that a wrong one does not hide the more general fault.
 *
 * @param value a request's body, as it came
 * @throws {OnlyOneAttributeException} it has more than one of the body's fields
 */
export function requireOnlyOneAttribute(body: z.ZodObject, value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const given = Object.entries(value).filter(([, field]) => field !== null && field !== undefined)
  const attributes = given.map(([name]) => name).filter(name => Object.hasOwn(body.shape, name))
  if (attributes.length > 1) throw new OnlyOneAttributeException(attributes)
}
