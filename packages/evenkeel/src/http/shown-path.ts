/** The path of a request, fit for a message: no query, which may hold secrets, and of bounded length. */
export function shownPath(url: string): string {
  const path = pathOf(url)
  return path.length > 200 ? `${path.slice(0, 200)}…` : path
}

/** What stands before the query. */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
