import { wrongField } from './validate.ts'
import { countDays, isDate, type ZurichDay, zurichDays } from './zurich-days.ts'

/** How many days can be asked for at once. */
const daysMax = 400

/** What is asked for of the usage of buckets. */
export interface BucketMetricsQuery {
  /** At least one. */
  readonly days: readonly ZurichDay[]
  /** Undefined for all. */
  readonly bucketNames: ReadonlySet<string> | undefined
  readonly userIds: ReadonlySet<string> | undefined
}

/**
 * @param query as Fastify has decoded it
 * @throws {ValidationException} a date is missing or none, or the days are too many or run backwards
 */
export function bucketMetricsQuery(query: unknown): BucketMetricsQuery {
  const parameters = query as { readonly [name: string]: unknown }
  const [start, end] = [dateOf(parameters, 'start'), dateOf(parameters, 'end')]
  if (end < start) throw wrongField('end', 'Must not be before start.')
  if (countDays(start, end) > daysMax)
    throw wrongField('end', `Must be at most ${daysMax} days from start. Ask for fewer days at once.`)
  return {
    days: zurichDays(start, end),
    bucketNames: setOf(parameters['bucket_name']),
    userIds: setOf(parameters['objects_user_id']),
  }
}

function dateOf(parameters: { readonly [name: string]: unknown }, name: string): string {
  const text = parameters[name]
  if (text === undefined || text === '') throw wrongField(name, 'This field is required.')
  if (typeof text === 'string' && isDate(text)) return text
  throw wrongField(name, 'Must be one date from 1970 on, as in 2026-11-22.')
}

/** A parameter that is given several times arrives as a list. */
function setOf(values: unknown): ReadonlySet<string> | undefined {
  return values === undefined ? undefined : new Set([values].flat().map(String))
}
