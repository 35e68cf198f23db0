/** In place of a status: nobody listens there. */
export const unreachable = 0
/** In place of a status: no answer came in time. */
export const timedOut = -1

/** What another service answered. There is always a code to look at, and no exception. */
export interface Got {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a service answers is what its code says that it is
  readonly body: any
}

/** Asks another service. What went wrong on the way is a code as well. */
export async function get(url: string, query: { readonly [name: string]: string }): Promise<Got> {
  try {
    const answer = await fetch(`${url}?${new URLSearchParams(query)}`, { signal: AbortSignal.timeout(1000) })
    return { status: answer.status, body: await answer.json() }
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 502, body: undefined }
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
    return { status: isTimeout ? timedOut : unreachable, body: undefined }
  }
}
