import { z } from 'zod'
import type { ListFilter, TagFilter, Tags } from '../records/tags.ts'
import { isUnicode, notUnicode } from './fields.ts'
import { wrongField } from './validate.ts'

const tagsMax = 50
const valueMax = 255

const tagMap = z
  .record(
    z
      .string()
      .min(1, 'A tag needs a key.')
      .max(255, 'A tag key must have at most 255 characters.')
      .refine(isPrintable, 'A tag key must not contain control characters.')
      .refine(isUnicode, notUnicode)
      .refine(key => !key.includes('='), 'A tag key must not contain =.'),
    z
      .string({ error: 'A tag value must be a text.' })
      .max(valueMax, `A tag value must have at most ${valueMax} characters.`)
      .refine(isPrintable, 'A tag value must not contain control characters.')
      .refine(isUnicode, notUnicode),
    { error: issue => (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) },
  )
  .refine(tags => Object.keys(tags).length <= tagsMax, `At most ${tagsMax} tags can be given.`)
  .transform((tags): Tags => tags)

/** A resource's labels, as its owner sends them. */
export const tagsField = z.preprocess((tags, context) => {
  // An object can't hold this key like another: it would be lost without a word.
  if (typeof tags === 'object' && tags !== null && Object.hasOwn(tags, '__proto__')) {
    context.addIssue('A tag key must not be __proto__.')
  }
  return tags
}, tagMap)

/** What a list may be asked for, as it is documented: tags are parameters whose names nobody knows before. */
export const listQuery = z.object({
  name: z.string().optional().describe('Those that are named exactly so.'),
  tags: z
    .record(z.string().regex(/^tag:./), z.string())
    .optional()
    .describe('Those with a tag, as in `tag:env=prod`; without a value, those that have the key: `tag:env`.'),
})

/**
 * What a list is asked for: `?name=web`, `?tag:env=prod` (this value), `?tag:env` or `?tag:env=` (any value),
 * all joined with AND. Other parameters are ignored.
 *
 * @param query as Fastify has decoded it
 * @throws {ValidationException} a tag filter without a key, which would select everything; more conditions than anything could meet
 */
export function listFilter(query: unknown): Required<ListFilter> {
  const names: string[] = []
  const tags: TagFilter[] = []
  for (const [parameter, value] of parametersOf(query)) {
    if (parameter === 'name') names.push(value)
    if (!parameter.startsWith('tag:')) continue
    const key = parameter.slice('tag:'.length)
    if (key === '') throw wrongField('tag:', 'Name the tag to filter by, as in tag:env=prod.')
    tags.push({ key, value: value === '' ? undefined : value })
  }
  requireFew('name', names)
  requireFew('tag:', tags)
  return { names, tags }
}

/** Nothing has more tags; and each condition makes the question to the database one deeper, which has an end. */
function requireFew(parameter: string, conditions: readonly unknown[]): void {
  if (conditions.length > tagsMax)
    throw wrongField(parameter, `At most ${tagsMax} can be given, and these are ${conditions.length}.`)
}

// A parameter that is given several times arrives as a list.
function parametersOf(query: unknown): [string, string][] {
  return Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, String(each)]),
  )
}

function isPrintable(text: string): boolean {
  return !/\p{Cc}/u.test(text)
}
