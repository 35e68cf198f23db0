import type { z } from 'zod'
import { wrongField } from './validate.ts'

/** Where a reader of a list has come to, as a text for a URL that means something to us only. */
export function cursorOf(place: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/**
 * The place that a cursor stands for.
 *
 * @param parameter whose value it is
 * @throws {ValidationException} it is none of ours
 */
export function placeAt<Place extends z.ZodType>(
  place: Place,
  cursor: unknown,
  parameter: string,
): z.output<Place> {
  const result = place.safeParse(typeof cursor === 'string' ? jsonIn(cursor) : undefined)
  if (result.success) return result.data
  throw wrongField(parameter, 'Must be as an earlier answer gave it. Begin again without it.')
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined // no JSON is as wrong as any other
  }
}
