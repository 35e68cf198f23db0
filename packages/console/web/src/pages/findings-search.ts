/** Which findings are looked at: said in the page's address, so that it can be sent to a colleague. */
export interface FindingsSearch {
  /** @default 'unsettled' */
  readonly state?: FindingsShown
}

/** What findings have come to, with the words for it. */
export const findingsShown = [
  { value: 'unsettled', name: 'To be seen to' },
  { value: 'repaired', name: 'Repaired' },
  { value: 'passed', name: 'Gone by themselves' },
  { value: 'dismissed', name: 'Dismissed' },
] as const

export type FindingsShown = (typeof findingsShown)[number]['value']

/** Takes of an address what makes sense. */
export function parseFindingsSearch({ state }: Record<string, unknown>): FindingsSearch {
  const shown = findingsShown.find(({ value }) => value === state)?.value
  return shown === undefined || shown === 'unsettled' ? {} : { state: shown }
}
