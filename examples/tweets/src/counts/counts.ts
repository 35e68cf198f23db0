/** How many follow whom, for those who run it and for those who call it. */
export interface Counts {
  /** By name; whom nobody follows has 0. */
  followers(names: readonly string[]): Promise<Readonly<Record<string, number>>>
}

/** Counts out of what is known. */
export function countsOf(followers: ReadonlyMap<string, number>): Counts {
  return {
    async followers(names) {
      return Object.fromEntries(names.map(name => [name, followers.get(name) ?? 0]))
    },
  }
}
