import type { World } from './world.ts'

/** What may be the matter while somebody searches. */
export const situations: readonly { readonly trouble: string | undefined; readonly words: string }[] = [
  { trouble: undefined, words: 'tea' },
  { trouble: undefined, words: 'farewell' }, // its author has left
  ...['kill-store', 'slow-shard', 'kill-users', 'kill-counts', 'tear-counts', 'kill-places'].map(trouble => ({
    trouble,
    words: 'tea',
  })),
]

/** How many of the situations the search service can tell apart afterwards, by name. */
export async function toldApart(world: World): Promise<number> {
  const known = new Set<string>()
  for (const { trouble: name, words } of situations) {
    const trouble = world.tweets.troubles.find(trouble => trouble.name === name)
    await trouble?.begin()
    known.add((await world.search(words)).known)
    await trouble?.end()
  }
  return known.size
}
