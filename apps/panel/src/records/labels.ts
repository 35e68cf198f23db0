import type { Tags } from './tags.ts'

/** What a customer calls something by, and no system behind us knows. What isn't given stays. */
export interface Labels {
  readonly name?: string | undefined
  readonly tags?: Tags | undefined
}

/** What giving these labels to a record means, in words that complete its name: none where all is so already. */
export function labelChanges(
  record: Labels,
  { name = record.name, tags = record.tags }: Labels,
): readonly string[] {
  return [
    ...(name === record.name ? [] : [`has been renamed to '${name}'`]),
    ...(isSame(tags, record.tags) ? [] : ['has been given other tags']),
  ]
}

function isSame(tags: Tags = {}, others: Tags = {}): boolean {
  const keys = Object.keys(tags)
  return keys.length === Object.keys(others).length && keys.every(key => tags[key] === others[key])
}
