/** Something that keeps something else from being deleted. */
export interface BlockingObject {
  /** In one word or two, as sentences have it: `volume snapshot`. */
  readonly kind: string
  readonly uuid: string
  readonly name: string
}

const namedMax = 20

/** By kind, name and id: `server 'web' (3f0c…) and volume 'data' (91d2…)`. Of very many, the first ones. */
export function listOf(objects: readonly BlockingObject[]): string {
  const named = objects.slice(0, namedMax).map(({ kind, name, uuid }) => `${kind} '${name}' (${uuid})`)
  const more = objects.length - named.length
  const parts = more === 0 ? named : [...named, `${more} more`]
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
