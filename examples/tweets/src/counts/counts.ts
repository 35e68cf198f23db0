/** How many follow whom, for those who run it and for those who call it. */
export interface Counts {
  /** By name; whom nobody follows has 0. */
  followers(names: readonly string[]): Promise<Readonly<Record<string, number>>>
}

/** Where the counts are written down, as JSON. */
export interface CountsPage {
  text: string
}

/** Counts as they stand on the page. That it may be torn has occurred to nobody: it would be a bug. */
export function countsOn(page: CountsPage): Counts {
  return {
    async followers(names) {
      const known = new Map<string, number>(Object.entries(JSON.parse(page.text)))
      return Object.fromEntries(names.map(name => [name, known.get(name) ?? 0]))
    },
  }
}
