/** What a service answers: a code, and something beside it. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** How often each error occurred: the names that a graph can show. */
export const counters = new Map<string, number>()

export function count(error: string): void {
  counters.set(error, (counters.get(error) ?? 0) + 1)
}

/** An answer that says what failed. Counted and, in a real service, logged. */
export function failed(status: number, error: string): Answer {
  count(error)
  return { status, body: { error } }
}
